import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox, type VkError } from '../src/index.ts';

type Form = Readonly<Record<string, string | number>>;
interface Reply {
  readonly response?: unknown;
  readonly error?: VkError & { readonly request_params: readonly { readonly key: string; readonly value: string }[] };
}

/** Starts a sandbox. Returns functions that send requests, with the token of the user by default. */
async function setUp() {
  const sandbox = await startSandbox({ protocols: ['vk'] });
  onTestFinished(() => sandbox.close());
  const { vk, inbox } = sandbox;
  const post = (method: string, init: RequestInit): Promise<Response> =>
    fetch(`${vk.options.apiRoot}/method/${method}`, { method: 'POST', ...init });
  const ask = async (method: string, form: Form, token: string | null = vk.options.accessToken): Promise<Reply> => {
    const texts = Object.entries({ v: '5.199', ...form }).map(([name, value]): [string, string] => [name, String(value)]);
    const response = await post(method, {
      body: new URLSearchParams(texts.filter(([, value]) => value !== '')),
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(200);
    return (await response.json()) as Reply;
  };
  return { vk, inbox, post, ask };
}

describe('wall.post', () => {
  it('accepts the posts that VK accepts, and answers with the id of the post', async () => {
    const { ask, inbox } = await setUp();
    const form = {
      owner_id: -12345,
      from_group: 1,
      message: 'Hello',
      attachments: 'photo100172_166443618,https://example.com/7',
      guid: 'a',
    };
    expect(await ask('wall.post', form)).toEqual({ response: { post_id: 1 } });
    expect(await ask('wall.post', { owner_id: 12345, attachments: 'https://example.com/7' })).toEqual({ response: { post_id: 2 } });
    expect(inbox.all()).toMatchObject([
      { protocol: 'vk', address: '-12345', from: '-12345', text: 'Hello', headers: { method: 'wall.post', guid: 'a' } },
      { address: '12345', from: '100001', text: 'https://example.com/7' },
    ]);
    expect(inbox.all()[0]?.headers.attachments).toBe('photo100172_166443618,https://example.com/7');
  });

  it("is from the user unless `from_group` is set, and on a user's wall always", async () => {
    const { ask, inbox } = await setUp();
    await ask('wall.post', { owner_id: -12345, message: 'Hello' });
    await ask('wall.post', { owner_id: -12345, from_group: 0, message: 'Hello' });
    await ask('wall.post', { owner_id: 12345, from_group: 1, message: 'Hello' });
    await ask('wall.post', { message: 'Hello' });
    expect(inbox.all().map(({ address, from }) => [address, from])).toEqual([
      ['-12345', '100001'],
      ['-12345', '100001'],
      ['12345', '100001'],
      ['100001', '100001'],
    ]);
  });

  it.each<readonly [string, Form]>([
    ['owner_id', { owner_id: 0, message: 'x' }],
    ['owner_id', { owner_id: 'durov', message: 'x' }],
    ['owner_id', { owner_id: '1.5', message: 'x' }],
    ['from_group', { owner_id: -1, from_group: 'true', message: 'x' }],
    ['mute_notifications', { owner_id: -1, mute_notifications: 2, message: 'x' }],
    ['publish_date', { owner_id: -1, publish_date: 'tomorrow', message: 'x' }],
    ['publish_date should be positive', { owner_id: -1, publish_date: -1, message: 'x' }],
    ['post_id should be positive', { owner_id: -1, post_id: -1, message: 'x' }],
    ['place_id', { owner_id: -1, place_id: 'here', message: 'x' }],
    ['donut_paid_duration', { owner_id: -1, donut_paid_duration: 'x', message: 'x' }],
    ['lat should be between', { owner_id: -1, lat: 91, message: 'x' }],
    ['long should be float', { owner_id: -1, long: 'east', message: 'x' }],
    ['are empty', { owner_id: 1 }],
    ['are empty', { owner_id: 1, message: ' \n' }],
    ['"peer_id"', { peer_id: 1, message: 'x' }],
    ['"text"', { owner_id: 1, text: 'x' }],
    ['more than one link', { owner_id: 1, attachments: 'https://example.com/1,https://example.com/2' }],
    ['more than 10', { owner_id: 1, attachments: Array.from({ length: 11 }, (_, index) => `photo1_${index}`).join() }],
    ['is no attachment', { owner_id: 1, attachments: 'photo' }],
    ['is no attachment', { owner_id: 1, attachments: 'ftp://example.com' }],
    ['is no attachment', { owner_id: 1, attachments: 'https://exa mple.com' }],
  ])('refuses a wrong parameter with error 100: %s in %j', async (problem, form) => {
    const { ask, inbox } = await setUp();
    expect(await ask('wall.post', form)).toMatchObject({ error: { error_code: 100, error_msg: expect.stringContaining(problem) } });
    expect(inbox.all()).toEqual([]);
  });

  it('drops a post with a repeated guid, and answers as at first', async () => {
    const { ask, inbox } = await setUp();
    const first = await ask('wall.post', { owner_id: 1, message: 'Hello', guid: 'a' });
    expect(await ask('wall.post', { owner_id: 1, message: 'Hello', guid: 'a' })).toEqual(first);
    expect(await ask('wall.post', { owner_id: 1, message: 'Hello', guid: 'b' })).toEqual({ response: { post_id: 2 } });
    expect(await ask('wall.post', { owner_id: 1, message: 'Hello' })).toEqual({ response: { post_id: 3 } });
    expect(await ask('wall.post', { owner_id: 1, message: 'Hello' })).toEqual({ response: { post_id: 4 } });
    expect(inbox.all()).toHaveLength(4);
  });
});

describe('messages.send', () => {
  it('accepts the messages that VK accepts, from a user or a community, and answers with the id', async () => {
    const { ask, inbox, vk } = await setUp();
    expect(await ask('messages.send', { peer_id: 2_000_000_001, message: 'Hello', random_id: -7 })).toEqual({ response: 1 });
    const community = await ask('messages.send', { user_id: 12345, message: 'Hello', random_id: 7 }, vk.tokens.community);
    expect(community).toEqual({ response: 2 });
    expect(await ask('messages.send', { peer_id: -1, attachment: 'wall-1_45', random_id: 8 })).toEqual({ response: 3 });
    expect(inbox.all()).toMatchObject([
      { address: 'peer:2000000001', from: '100001', text: 'Hello', headers: { method: 'messages.send', random_id: '-7' } },
      { address: 'peer:12345', from: '-200001', text: 'Hello' },
      { address: 'peer:-1', text: 'wall-1_45' },
    ]);
  });

  it.each<readonly [string, Form]>([
    ['you should specify peer_id', { message: 'x', random_id: 1 }],
    ['both peer_id and user_id', { peer_id: 1, user_id: 1, message: 'x', random_id: 1 }],
    ['peer_id', { peer_id: 0, message: 'x', random_id: 1 }],
    ['peer_id', { peer_id: 'peer:1', message: 'x', random_id: 1 }],
    ['random_id is a required', { peer_id: 1, message: 'x' }],
    ['random_id', { peer_id: 1, message: 'x', random_id: 'a' }],
    ['more than 32 bits', { peer_id: 1, message: 'x', random_id: 2 ** 31 }],
    ['message is empty', { peer_id: 1, random_id: 1 }],
    ['dont_parse_links', { peer_id: 1, message: 'x', random_id: 1, dont_parse_links: 'yes' }],
    ['"attachments"', { peer_id: 1, message: 'x', random_id: 1, attachments: 'photo1_1' }],
    ['is no attachment', { peer_id: 1, message: 'x', random_id: 1, attachment: 'https://example.com' }],
    ['message is longer than 9000', { peer_id: 1, message: 'x'.repeat(9_001), random_id: 1 }],
    ['attachment is longer than 9000', { peer_id: 1, message: 'x', random_id: 1, attachment: 'photo1_1,'.repeat(1_001) }],
    ['payload is longer than 1000', { peer_id: 1, message: 'x', random_id: 1, payload: `"${'x'.repeat(999)}"` }],
    ['intent', { peer_id: 1, message: 'x', random_id: 1, intent: 'newsletter' }],
    ['lat should be float', { peer_id: 1, message: 'x', random_id: 1, lat: 'north', long: 1 }],
    ['lat should be between', { peer_id: 1, message: 'x', random_id: 1, lat: 90.5, long: 1 }],
    ['long should be between', { peer_id: 1, message: 'x', random_id: 1, lat: 1, long: -181 }],
    ['reply_to', { peer_id: 1, message: 'x', random_id: 1, reply_to: 'x' }],
    ['sticker_id', { peer_id: 1, message: 'x', random_id: 1, sticker_id: -1 }],
    ['subscribe_id should be less', { peer_id: 1, message: 'x', random_id: 1, subscribe_id: 101 }],
    ['forward_messages', { peer_id: 1, message: 'x', random_id: 1, forward_messages: '1,x' }],
    ['forward should be valid json', { peer_id: 1, message: 'x', random_id: 1, forward: '{' }],
    ['template should be valid json', { peer_id: 1, message: 'x', random_id: 1, template: '{' }],
  ])('refuses a wrong parameter with error 100: %s in %j', async (problem, form) => {
    const { ask, inbox } = await setUp();
    expect(await ask('messages.send', form)).toMatchObject({ error: { error_code: 100, error_msg: expect.stringContaining(problem) } });
    expect(inbox.all()).toEqual([]);
  });

  it('accepts every other parameter of the schema', async () => {
    const { ask } = await setUp();
    const others = {
      ...{ lat: '-89.5', long: 180, reply_to: 7, forward_messages: '1,2', forward: '{}', sticker_id: 7, group_id: 7, content_source: '{}' },
      ...{ keyboard: '{"buttons":[]}', template: '{"type":"carousel","elements":[]}', payload: '{"a":1}', intent: 'promo_newsletter' },
      ...{ subscribe_id: 100, dont_parse_links: 1, disable_mentions: 0 },
    };
    expect(await ask('messages.send', { peer_id: 1, message: 'x', random_id: 1, ...others })).toEqual({ response: 1 });
  });

  it('refuses more than 1,000 forwarded messages with error 913', async () => {
    const { ask } = await setUp();
    const forward_messages = Array.from({ length: 1_001 }, (_, index) => index).join();
    expect(await ask('messages.send', { peer_id: 1, message: 'x', random_id: 1, forward_messages })).toMatchObject({
      error: { error_code: 913 },
    });
  });

  const button = (action: object, color?: string) => ({ action: { type: 'text', label: 'Go', ...action }, ...(color && { color }) });
  const rows = (count: number, width: number) => Array.from({ length: count }, () => Array.from({ length: width }, () => button({})));

  it.each<readonly [string, unknown]>([
    ['no JSON object', '{'],
    ['no JSON object', []],
    ['no array of arrays', {}],
    ['no array of arrays', { buttons: [button({})] }],
    ['one_time', { buttons: [], one_time: 'yes' }],
    ['inline', { buttons: [], inline: 1 }],
    ['cannot be one_time', { buttons: [], inline: true, one_time: true }],
    ['more than 10 rows', { buttons: rows(11, 1) }],
    ['more than 6 rows', { buttons: rows(7, 1), inline: true }],
    ['more than 5 buttons', { buttons: rows(1, 6) }],
    ['more than 40 buttons', { buttons: rows(9, 5) }],
    ['more than 10 buttons', { buttons: rows(3, 4), inline: true }],
    ['no action', { buttons: [[{ text: 'Go' }]] }],
    ['no such color', { buttons: [[button({}, 'green')]] }],
    ['no such type', { buttons: [[button({ type: 'url' })]] }],
    ['no such type', { buttons: [[button({ type: 'constructor' })]] }],
    ['label of a button', { buttons: [[button({ label: undefined })]] }],
    ['label of a button', { buttons: [[button({ label: 7 })]] }],
    ['link of a button', { buttons: [[button({ type: 'open_link' })]] }],
    ['app_id of a button', { buttons: [[button({ type: 'open_app', app_id: 'x' })]] }],
    ['hash of a button', { buttons: [[button({ type: 'vkpay' })]] }],
    ['payload of a button', { buttons: [[button({ payload: {} })]] }],
    ['a label has more than 40', { buttons: [[button({ label: 'x'.repeat(41) })]] }],
    ['a payload has more than 255', { buttons: [[button({ payload: 'x'.repeat(256) })]] }],
  ])('refuses a wrong keyboard with error 911: %s', async (problem, keyboard) => {
    const { ask, inbox } = await setUp();
    const json = typeof keyboard === 'string' ? keyboard : JSON.stringify(keyboard);
    const reply = await ask('messages.send', { peer_id: 1, message: 'x', random_id: 1, keyboard: json });
    expect(reply).toMatchObject({ error: { error_code: 911, error_msg: expect.stringContaining(problem) } });
    expect(inbox.all()).toEqual([]);
  });

  it.each<readonly [string, unknown]>([
    ['the largest one', { buttons: rows(8, 5), one_time: true }],
    ['the tallest one', { buttons: rows(10, 4) }],
    ['the largest one inside of a message', { buttons: rows(2, 5), inline: true }],
    [
      'every type of action',
      {
        buttons: [
          [button({ payload: '{"a":1}' }, 'positive'), button({ type: 'callback' })],
          [button({ type: 'open_link', link: 'https://example.com/' }), button({ type: 'open_app', app_id: 7, owner_id: -1, hash: 'a' })],
          [{ action: { type: 'vkpay', hash: 'a' } }, { action: { type: 'location', payload: '{}' } }, { action: { type: 'open_photo' } }],
        ],
      },
    ],
  ])('accepts a keyboard: %s', async (_, keyboard) => {
    const { ask } = await setUp();
    expect(await ask('messages.send', { peer_id: 1, message: 'x', random_id: 1, keyboard: JSON.stringify(keyboard) })).toEqual({
      response: 1,
    });
  });

  it('refuses more than 4,096 characters with error 914', async () => {
    const { ask, inbox } = await setUp();
    expect(await ask('messages.send', { peer_id: 1, message: '😀'.repeat(4_096), random_id: 1 })).toEqual({ response: 1 });
    expect(await ask('messages.send', { peer_id: 1, message: 'x'.repeat(4_097), random_id: 2 })).toMatchObject({
      error: { error_code: 914, error_msg: 'Message is too long' },
    });
    expect(inbox.all()).toHaveLength(1);
  });

  it('drops a message to a peer with a repeated random_id other than 0, and answers as at first', async () => {
    const { ask, inbox } = await setUp();
    const send = (peer_id: number, random_id: number) => ask('messages.send', { peer_id, message: 'Hello', random_id });
    expect([await send(1, 7), await send(1, 7), await send(2, 7), await send(1, 8)].map(({ response }) => response)).toEqual([1, 1, 2, 3]);
    expect([await send(1, 0), await send(1, 0)].map(({ response }) => response)).toEqual([4, 5]);
    expect(inbox.all()).toHaveLength(5);
  });
});

describe('every method', () => {
  const form = { owner_id: 1, message: 'Hello' } as const;

  it.each(['wall.Post', 'Wall.post', 'wall.post2', 'toString', ''])('must be called by its exact name, not %j', async (method) => {
    const { ask } = await setUp();
    expect(await ask(method, form)).toMatchObject({ error: { error_code: 3 } });
  });

  it.each(['', '5', 'five', '5.80', '4.104'])('requires a version that VK accepts, not %j', async (v) => {
    const { ask } = await setUp();
    expect(await ask('wall.post', { ...form, v })).toMatchObject({ error: { error_code: 8 } });
  });

  it.each(['5.81', '5.131', '5.199', '6.0'])('accepts version %s', async (v) => {
    const { ask } = await setUp();
    expect(await ask('wall.post', { ...form, v })).toHaveProperty('response');
  });

  it('requires a token with the right to call it', async () => {
    const { ask, vk } = await setUp();
    const errorOf = async (method: string, token: string | null) => (await ask(method, form, token)).error;
    expect(await errorOf('wall.post', null)).toMatchObject({ error_code: 5 });
    expect(await errorOf('wall.post', 'vk1.a.another')).toMatchObject({ error_code: 5 });
    expect(await errorOf('wall.post', vk.tokens.community)).toMatchObject({ error_code: 27 });
    expect(await errorOf('wall.post', vk.tokens.narrow)).toMatchObject({ error_code: 15, error_subcode: 1133 });
    expect(await errorOf('messages.send', vk.tokens.narrow)).toMatchObject({ error_code: 15, error_subcode: 1133 });
    expect(await ask('wall.post', { ...form, access_token: vk.tokens.user }, null)).toHaveProperty('response');
  });

  it('reads forms, and ignores JSON', async () => {
    const { post, vk, inbox } = await setUp();
    const authorization = `Bearer ${vk.options.accessToken}`;
    const multipart = new FormData();
    for (const [name, value] of Object.entries({ v: '5.199', owner_id: '7', message: 'Hello' })) multipart.append(name, value);
    expect(await (await post('wall.post', { headers: { authorization }, body: multipart })).json()).toEqual({ response: { post_id: 1 } });
    const json = JSON.stringify({ ...form, v: '5.199' });
    for (const [type, expected] of [
      ['application/json', 8],
      ['text/plain', 8],
    ] as const) {
      const reply = await post('wall.post', { headers: { authorization, 'content-type': type }, body: json });
      expect(await reply.json()).toMatchObject({ error: { error_code: expected } });
    }
    const withVersion = await post('wall.post?v=5.199', { headers: { authorization, 'content-type': 'application/json' }, body: json });
    expect(await withVersion.json()).toMatchObject({ error: { error_code: 100 } });
    expect(inbox.all()).toHaveLength(1);
  });

  it('is below /method', async () => {
    const { vk } = await setUp();
    expect((await fetch(`${vk.options.apiRoot}/wall.post`)).status).toBe(404);
  });

  it('repeats all parameters in an error, the token too', async () => {
    const { ask, vk } = await setUp();
    const { error } = await ask('wall.post', { owner_id: 1, message: 'Hello', nonsense: 'x' });
    expect(error?.request_params).toEqual([
      { key: 'method', value: 'wall.post' },
      { key: 'oauth', value: '1' },
      { key: 'v', value: '5.199' },
      { key: 'owner_id', value: '1' },
      { key: 'message', value: 'Hello' },
      { key: 'nonsense', value: 'x' },
      { key: 'access_token', value: vk.options.accessToken },
    ]);
  });
});

describe('on demand, the emulator', () => {
  const form = { owner_id: 1, message: 'Hello' } as const;
  const message = { peer_id: 1, message: 'Hello', random_id: 0 } as const;

  it('refuses one method or all methods, as often as asked, until that is removed', async () => {
    const { ask, vk, inbox } = await setUp();
    vk.refuse({ error_code: 10, error_msg: 'Internal server error' }, { method: 'wall.post', times: 2 });
    expect(await ask('messages.send', message)).toHaveProperty('response');
    expect(await ask('wall.post', form)).toMatchObject({ error: { error_code: 10, error_msg: 'Internal server error' } });
    expect(await ask('wall.post', form)).toHaveProperty('error');
    expect(await ask('wall.post', form)).toHaveProperty('response');
    const lift = vk.refuse({ error_code: 9 }, { times: Number.POSITIVE_INFINITY });
    expect(await ask('messages.send', message)).toMatchObject({ error: { error_code: 9, error_msg: 'Error 9' } });
    lift();
    expect(await ask('messages.send', message)).toHaveProperty('response');
    vk.refuse({ error_code: 9 });
    vk.heal();
    expect(await ask('wall.post', form)).toHaveProperty('response');
    expect(inbox.all()).toHaveLength(4);
  });

  it.each<readonly [string, object, object]>([
    ['error_code', { error_code: 1.5 }, {}],
    ['error_code', {}, {}],
    ['times', { error_code: 9 }, { times: 0 }],
    ['times', { error_code: 9 }, { times: 1.5 }],
    ['time', { error_code: 9 }, { time: 2 }],
  ])('accepts no wrong `%s`: %j, %j', async (field, error, options) => {
    const { vk } = await setUp();
    expect(() => vk.refuse(error as VkError, options)).toThrow(expect.objectContaining({ name: 'ArgumentError', field }));
  });

  it('accepts no unknown kind of captcha', async () => {
    const { vk } = await setUp();
    expect(() => vk.captcha('sound' as 'page')).toThrow(expect.objectContaining({ name: 'ArgumentError', field: 'captcha' }));
  });

  it('requires a captcha, until its answer comes', async () => {
    const { ask, vk } = await setUp();
    vk.captcha();
    const { error } = await ask('wall.post', form);
    expect(error).toMatchObject({ error_code: 14, captcha_sid: expect.any(String), captcha_img: expect.stringMatching(/^http/) });
    const captcha_sid = error?.captcha_sid ?? '';
    expect(await ask('wall.post', { ...form, captcha_sid, captcha_key: 'wrong' })).toMatchObject({ error: { error_code: 14 } });
    expect(await ask('wall.post', { ...form, captcha_sid: '1', captcha_key: 'sandbox' })).toMatchObject({ error: { error_code: 14 } });
    expect(await ask('wall.post', { ...form, captcha_sid, captcha_key: 'sandbox' })).toHaveProperty('response');
    expect(await ask('wall.post', form)).toHaveProperty('response');

    vk.captcha('page');
    expect(await ask('wall.post', form)).toMatchObject({ error: { error_code: 3300, redirect_uri: expect.stringMatching(/^http/) } });
    expect(await ask('wall.post', { ...form, success_token: 'wrong' })).toMatchObject({ error: { error_code: 3300 } });
    expect(await ask('wall.post', { ...form, success_token: 'sandbox' })).toHaveProperty('response');

    vk.captcha()();
    expect(await ask('wall.post', form)).toHaveProperty('response');
    vk.captcha();
    vk.heal();
    expect(await ask('wall.post', form)).toHaveProperty('response');
  });

  it('answers with error 6 to a token that asks too often, and to no other token', async () => {
    const { ask, vk, inbox } = await setUp();
    const lift = vk.limit({ count: 2, perMs: 60_000 });
    const codes: unknown[] = [];
    for (let count = 0; count < 4; count += 1) codes.push((await ask('messages.send', message)).error?.error_code);
    expect(codes).toEqual([undefined, undefined, 6, 6]);
    expect(await ask('messages.send', message, vk.tokens.community)).toHaveProperty('response');
    lift();
    expect(await ask('messages.send', message)).toHaveProperty('response');
    expect(inbox.all()).toHaveLength(4);
  });

  it('closes the connection, before or after the message is accepted', async () => {
    const { ask, vk, inbox } = await setUp();
    vk.fail({ drop: true, method: 'wall.post' });
    await expect(ask('wall.post', form)).rejects.toThrow('fetch failed');
    expect(inbox.all()).toEqual([]);
    vk.fail({ drop: true, at: 'taken' });
    await expect(ask('wall.post', form)).rejects.toThrow('fetch failed');
    expect(inbox.all()).toHaveLength(1);
    const lift = vk.fail({ drop: true });
    lift();
    expect(await ask('wall.post', form)).toHaveProperty('response');
  });

  it('keeps a fault at `taken` for an accepted message: a refusal, which has status 200 too, does not use it up', async () => {
    const { ask, vk, inbox } = await setUp();
    vk.fail({ drop: true, at: 'taken' });
    expect(await ask('wall.post', {})).toMatchObject({ error: { error_code: 100 } });
    vk.refuse({ error_code: 9 });
    expect(await ask('wall.post', form)).toMatchObject({ error: { error_code: 9 } });
    expect(inbox.all()).toEqual([]);
    await expect(ask('wall.post', form)).rejects.toThrow('fetch failed');
    expect(inbox.all()).toHaveLength(1);
  });

  it('replaces all of this with a fault of the contract', async () => {
    const { ask, vk } = await setUp();
    const errorFor = async (fault: Parameters<typeof vk.emulator.fail>[0]) => {
      vk.emulator.fail(fault);
      return (await ask('messages.send', message)).error?.error_code;
    };
    vk.captcha();
    vk.refuse({ error_code: 9 }, { times: Number.POSITIVE_INFINITY });
    expect(await errorFor({ kind: 'permanent', when: 'before' })).toBe(901);
    expect(await errorFor({ kind: 'configuration', when: 'before' })).toBe(5);
    expect(await errorFor({ kind: 'transient', when: 'before' })).toBe(10);
    expect(await errorFor({ kind: 'transient', scope: 'address', when: 'before' })).toBe(6);
    expect(vk.emulator.received()).toEqual([]);
    expect(await errorFor({ kind: 'transient', when: 'after' })).toBe(10);
    expect(vk.emulator.received()).toEqual([{ address: 'peer:1', text: 'Hello' }]);
    expect(await ask('messages.send', message)).toEqual({ response: 2 });
  });
});

describe('the counts', () => {
  it('include all requests, and all connections that were ever opened', async () => {
    const { ask, vk } = await setUp();
    await ask('wall.post', { owner_id: 1, message: 'Hello' });
    await ask('nothing', {});
    expect(vk.requests()).toBe(2);
    const before = vk.connected();
    const socket = connect(Number(new URL(vk.options.apiRoot).port), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await once(socket, 'data');
    expect(vk.connected()).toBe(before + 1);
    expect(vk.requests()).toBe(3);
    expect(vk.emulator.connections()).toBeGreaterThan(0);
    socket.destroy();
  });
});
