import { createHmac } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../src/index.ts';

type Form = Readonly<Record<string, string>>;
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>> & { readonly error?: Readonly<Record<string, unknown>> };
}

/** Starts a sandbox. Returns functions that send requests, with the token of the page by default. */
async function setUp() {
  const sandbox = await startSandbox({ protocols: ['fb'] });
  onTestFinished(() => sandbox.close());
  const { fb, inbox } = sandbox;
  const ask = async (path: string, init: RequestInit = {}): Promise<Answer> => {
    const response = await fetch(`${fb.options.apiRoot}/${path}`, init);
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
  };
  const bearer = (token: string | null): Record<string, string> => (token === null ? {} : { authorization: `Bearer ${token}` });
  const feed = `v26.0/${fb.pages.own}/feed`;
  const post = (form: Form, token: string | null = fb.options.pageAccessToken, path = feed): Promise<Answer> =>
    ask(path, { method: 'POST', body: new URLSearchParams(form), headers: bearer(token) });
  const get = (path: string, query: Form, token: string | null = null): Promise<Answer> =>
    ask(`v26.0/${path}?${new URLSearchParams(query)}`, { headers: bearer(token) });
  return { fb, inbox, ask, post, get, feed, bearer };
}

const refused = (status: number, code: number, words = '') => ({
  status,
  body: { error: { code, message: expect.stringContaining(words), type: expect.any(String), fbtrace_id: expect.any(String) } },
});

describe('POST /{page}/feed', () => {
  it('accepts the posts that Facebook accepts, and answers with the ids of page and post', async () => {
    const { fb, post, inbox } = await setUp();
    const answers = [
      await post({ message: 'Hello' }),
      await post({ link: 'https://example.com/7' }),
      await post({ message: 'Later', link: 'https://example.com/8', published: 'false', scheduled_publish_time: '1800000000' }),
    ];
    for (const { status, body } of answers) {
      expect({ status, body }).toEqual({ status: 200, body: { id: expect.stringMatching(new RegExp(`^${fb.pages.own}_\\d+$`)) } });
    }
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(3);
    expect(inbox.all()).toMatchObject([
      { protocol: 'fb', address: fb.pages.own, text: 'Hello', headers: { link: '', published: 'true' }, raw: 'message=Hello' },
      { text: 'https://example.com/7', headers: { link: 'https://example.com/7' } },
      { text: 'Later', headers: { link: 'https://example.com/8', published: 'false' } },
    ]);
    expect(fb.emulator.received().map(({ address }) => address)).toEqual(['', '', '']);
  });

  it('accepts a form, multipart, JSON and a query, and the token in each of them or in the header', async () => {
    const { fb, ask, feed, bearer, inbox } = await setUp();
    const headers = bearer(fb.options.pageAccessToken);
    const token = fb.options.pageAccessToken;
    const parts = new FormData();
    parts.append('message', 'Parts');
    await ask(feed, { method: 'POST', headers, body: parts });
    await ask(feed, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"message":"JSON","published":true}',
    });
    await ask(`${feed}?message=Query&access_token=${token}`, { method: 'POST' });
    await ask(feed, { method: 'POST', body: new URLSearchParams({ message: 'Form', access_token: token }) });
    await ask(feed, { method: 'POST', headers: { authorization: `OAuth ${token}` }, body: new URLSearchParams({ message: 'OAuth' }) });
    expect(inbox.all().map(({ text }) => text)).toEqual(['Parts', 'JSON', 'Query', 'Form', 'OAuth']);
  });

  it.each<readonly [string, Form]>([
    ['"text"', { text: 'Hello' }],
    ['"massage"', { message: 'Hello', massage: 'Hello' }],
    ['needs a message or a link', {}],
    ['needs a message or a link', { message: ' \n' }],
    ['published must be a boolean', { message: 'Hello', published: 'no' }],
    ['scheduled_publish_time must be', { message: 'Hello', published: 'false', scheduled_publish_time: 'tomorrow' }],
    ['on a published post', { message: 'Hello', scheduled_publish_time: '1800000000' }],
    ['attached_media must be JSON', { attached_media: 'photo' }],
    ['targeting must be JSON', { message: 'Hello', targeting: '{' }],
    ['too long', { message: 'x'.repeat(63_207) }],
  ])('refuses a wrong parameter with error 100: %s', async (words, form) => {
    const { post, inbox } = await setUp();
    expect(await post(form)).toMatchObject(refused(400, 100, words));
    expect(inbox.all()).toEqual([]);
  });

  it.each(['example.com', 'ftp://example.com', 'https://exa mple.com', 'https://'])('refuses %j as a link', async (link) => {
    const { post } = await setUp();
    const { body } = await post({ message: 'Hello', link });
    expect(body.error).toMatchObject({ code: 100, error_subcode: 1500, error_user_title: 'Invalid URL' });
  });

  it('accepts 63,206 characters of any width', async () => {
    const { post } = await setUp();
    expect((await post({ message: '👋'.repeat(63_206) })).status).toBe(200);
  });

  it.each(['{', '[]', '7', 'null'])('refuses the body %s', async (body) => {
    const { fb, ask, feed, bearer } = await setUp();
    const headers = { ...bearer(fb.options.pageAccessToken), 'content-type': 'application/json' };
    expect(await ask(feed, { method: 'POST', headers, body })).toMatchObject(refused(400, 100, 'no JSON object'));
    expect(await ask(feed, { method: 'POST', headers: { ...headers, 'content-type': 'text/plain' }, body })).toMatchObject(
      refused(400, 100, 'text/plain'),
    );
  });

  it('requires a known version in the path', async () => {
    const { fb, post } = await setUp();
    const at = (version: string) => post({ message: 'Hello' }, undefined, `${version}${fb.pages.own}/feed`);
    for (const version of ['v21.0/', 'v25.0/', 'v26.0/']) expect((await at(version)).status).toBe(200);
    for (const version of ['v2.6/', 'v27.0/', 'v26.1/', 'v26/', '26.0/', ''])
      expect((await at(version)).body.error).toMatchObject({ code: 2500 });
    for (const version of ['v9.0/', 'v20.0/']) expect(await at(version)).toMatchObject(refused(400, 2635, 'v26.0'));
  });

  it('requires the token of the page, with the right to post', async () => {
    const { fb, post } = await setUp();
    const { tokens, pages } = fb;
    const form = { message: 'Hello' };
    expect(await post(form, null)).toMatchObject(refused(400, 104));
    // As Facebook does, it repeats a token that it does not know.
    expect(await post(form, 'EAAunknown')).toMatchObject(refused(401, 190, 'EAAunknown'));
    for (const token of [tokens.otherPage, tokens.narrow, tokens.user, tokens.longLivedUser]) {
      expect(await post(form, token)).toMatchObject(refused(403, 200, 'pages_manage_posts'));
    }
    const other = `v26.0/${pages.other}/feed`;
    expect(await post(form, tokens.page, other)).toMatchObject(refused(403, 200));
    for (const token of [tokens.otherPage, tokens.bothPages]) expect((await post(form, token, other)).status).toBe(200);
    expect(fb.emulator.received().map(({ address }) => address)).toEqual([pages.other, pages.other]);
  });

  it('requires a known page and a known path', async () => {
    const { fb, post, ask, feed } = await setUp();
    const { body } = await post({ message: 'Hello' }, undefined, 'v26.0/7/feed');
    expect(body.error).toMatchObject({
      code: 100,
      error_subcode: 33,
      type: 'GraphMethodException',
      message: expect.stringContaining("'7'"),
    });
    for (const path of ['v26.0/me/feed', `v26.0/${fb.pages.own}/photos`, `${feed}/more`, 'v26.0']) {
      expect((await post({ message: 'Hello' }, undefined, path)).body.error).toMatchObject({ code: 2500 });
    }
    expect((await ask(feed)).body.error).toMatchObject({ code: 2500 });
  });
});

describe('appsecret_proof', () => {
  it('is checked when it is given, and required after requireProof()', async () => {
    const { fb, post } = await setUp();
    const proofOf = (secret: string): string => createHmac('sha256', secret).update(fb.options.pageAccessToken).digest('hex');
    const right = { message: 'Hello', appsecret_proof: proofOf(fb.credentials.appSecret) };
    const wrong = { ...right, appsecret_proof: proofOf('another') };
    expect((await post(right)).status).toBe(200);
    expect(await post(wrong)).toMatchObject(refused(400, 100, 'Invalid appsecret_proof'));
    expect((await post({ message: 'Hello' })).status).toBe(200);
    const lift = fb.requireProof();
    expect((await post(right)).status).toBe(200);
    expect(await post({ message: 'Hello' })).toMatchObject(refused(400, 100, 'require an appsecret_proof'));
    expect((await post({ ...right }, fb.tokens.bothPages)).body.error).toMatchObject({ code: 100 });
    lift();
    expect((await post({ message: 'Hello' })).status).toBe(200);
  });
});

describe('a refusal', () => {
  it('is an error of Facebook with its status, as often as it says', async () => {
    const { fb, post, inbox } = await setUp();
    fb.refuse({ code: 368, error_subcode: 7, is_transient: false, message: 'Blocked' }, { times: 2, headers: { 'x-app-usage': '{}' } });
    for (let turn = 0; turn < 2; turn += 1) {
      const { status, headers, body } = await post({ message: 'Hello' });
      expect({ status, body }).toEqual({
        status: 400,
        body: {
          error: {
            message: 'Blocked',
            type: 'OAuthException',
            code: 368,
            error_subcode: 7,
            is_transient: false,
            fbtrace_id: expect.any(String),
          },
        },
      });
      expect(headers.get('x-app-usage')).toBe('{}');
    }
    expect((await post({ message: 'Hello' })).status).toBe(200);
    expect(inbox.all()).toHaveLength(1);
    expect(fb.requests()).toBe(3);
  });

  it.each([
    [1, 500],
    [2, 500],
    [4, 403],
    [10, 403],
    [80_001, 403],
    [250, 403],
    [190, 401],
    [102, 401],
    [100, 400],
    [300, 400],
  ])('with code %i has status %i by default', async (code, status) => {
    const { fb, post } = await setUp();
    fb.refuse({ code });
    expect(await post({ message: 'Hello' })).toMatchObject(refused(status, code));
    fb.refuse({ code }, { status: 418 });
    expect(await post({ message: 'Hello' })).toMatchObject(refused(418, code));
  });

  it('can strike one method, strike after the post is accepted, be removed and be healed', async () => {
    const { fb, post, get, inbox } = await setUp();
    fb.refuse({ code: 2 }, { method: 'accounts' });
    expect((await post({ message: 'Hello' })).status).toBe(200);
    expect(await get('me/accounts', {}, fb.tokens.longLivedUser)).toMatchObject(refused(500, 2));
    fb.refuse({ code: 2 }, { at: 'taken' });
    expect(await post({ message: 'Taken' })).toMatchObject(refused(500, 2));
    expect(inbox.all()).toHaveLength(2);
    fb.refuse({ code: 2 })();
    fb.refuse({ code: 2 }, { times: Number.POSITIVE_INFINITY });
    fb.fail({ drop: true });
    fb.heal();
    expect((await post({ message: 'Hello' })).status).toBe(200);
  });

  it.each([undefined, 'x', 1.5])('cannot have the code %j', async (code) => {
    const { fb } = await setUp();
    const error = { name: 'ArgumentError', field: 'code', message: '`code` of the error must be an integer.' };
    expect(() => fb.refuse({ code: code as number })).toThrow(expect.objectContaining(error));
  });

  it.each<readonly [string, object]>([
    ['times', { times: 0 }],
    ['time', { time: 2 }],
    ['status', { status: 99 }],
  ])('cannot have a wrong option: `%s`', async (field, options) => {
    const { fb } = await setUp();
    expect(() => fb.refuse({ code: 1 }, options)).toThrow(expect.objectContaining({ name: 'ArgumentError', field }));
  });
});

describe('on demand, the emulator', () => {
  it('limits the posts on a page, and says how many minutes to wait', async () => {
    const { fb, post } = await setUp();
    const lift = fb.limit({ count: 2, perMs: 119_000 });
    const form = { message: 'Hello' };
    expect([(await post(form)).status, (await post(form)).status]).toEqual([200, 200]);
    const { headers, ...answer } = await post(form);
    expect(answer).toMatchObject(refused(403, 80_001));
    expect(JSON.parse(headers.get('x-business-use-case-usage') ?? '')).toEqual({
      [fb.pages.own]: [{ type: 'pages', call_count: 100, total_cputime: 0, total_time: 0, estimated_time_to_regain_access: 2 }],
    });
    // The limit is for each page.
    expect((await post(form, fb.tokens.otherPage, `v26.0/${fb.pages.other}/feed`)).status).toBe(200);
    lift();
    expect((await post(form)).status).toBe(200);
  });

  it('refuses the text that was posted last on a page', async () => {
    const { fb, post } = await setUp();
    const lift = fb.refuseDuplicates();
    await post({ message: 'One' });
    expect(await post({ message: 'One' })).toMatchObject(refused(400, 506));
    for (const form of [{ message: 'One', link: 'https://example.com/' }, { message: 'Two' }, { message: 'One' }] as Form[]) {
      expect((await post(form)).status).toBe(200);
    }
    lift();
    expect((await post({ message: 'One' })).status).toBe(200);
  });
});

describe('the usage', () => {
  it('is in the chosen header, of replies and of errors', async () => {
    const { fb, post } = await setUp();
    const counts = { call_count: 93, total_cputime: 0, total_time: 0 };
    fb.usage(93, { of: 'app' });
    for (const form of [{ message: 'Hello' }, {}] as Form[])
      expect((await post(form)).headers.get('x-app-usage')).toBe(JSON.stringify(counts));
    fb.usage(93, { of: 'page' });
    expect((await post({ message: 'Hello' })).headers.get('x-page-usage')).toBe(JSON.stringify(counts));
    fb.usage(93, { regainMinutes: 5 });
    const { headers } = await post({ message: 'Hello' });
    expect(headers.get('x-page-usage')).toBeNull();
    expect(JSON.parse(headers.get('x-business-use-case-usage') ?? '')).toEqual({
      [fb.pages.own]: [{ type: 'pages', ...counts, estimated_time_to_regain_access: 5 }],
    });
    const { of, minutes } = { of: 'user' as 'app', minutes: { minutes: 5 } as object };
    expect(() => fb.usage(93, { of })).toThrow(expect.objectContaining({ name: 'ArgumentError', field: 'of' }));
    expect(() => fb.usage(93, minutes)).toThrow(expect.objectContaining({ code: 'option_unknown', field: 'minutes' }));
    fb.usage(0);
    const after = (await post({ message: 'Hello' })).headers;
    expect([...after.keys()].filter((name) => name.endsWith('-usage'))).toEqual([]);
  });
});

describe('GET /oauth/access_token', () => {
  const form = (credentials: { readonly appId: string; readonly appSecret: string; readonly userToken: string }): Form => ({
    grant_type: 'fb_exchange_token',
    client_id: credentials.appId,
    client_secret: credentials.appSecret,
    fb_exchange_token: credentials.userToken,
  });

  it('exchanges the token of a person for a long-lived one', async () => {
    const { fb, get } = await setUp();
    fb.requireProof();
    const { status, body } = await get('oauth/access_token', form(fb.credentials));
    expect({ status, body }).toEqual({
      status: 200,
      body: { access_token: fb.tokens.longLivedUser, token_type: 'bearer', expires_in: expect.any(Number) },
    });
  });

  it.each<readonly [Form, number, number]>([
    [{ client_id: '7' }, 400, 101],
    [{ client_secret: 'wrong' }, 400, 1],
    [{ fb_exchange_token: 'EAAwrong' }, 401, 190],
    [{ grant_type: 'client_credentials' }, 400, 100],
    [{ more: 'x' }, 400, 100],
  ])('refuses %j with %i and error %i', async (wrong, status, code) => {
    const { fb, get } = await setUp();
    expect(await get('oauth/access_token', { ...form(fb.credentials), ...wrong })).toMatchObject(refused(status, code));
  });
});

describe('GET /me/accounts', () => {
  const accounts = Array.from({ length: 60 }, (_, index) => ({
    id: String(index + 1),
    name: `Page ${index}`,
    access_token: `EAA${index}`,
    tasks: [],
  }));

  it('lists the pages in parts, with the token in the address of the next part', async () => {
    const { fb, get } = await setUp();
    fb.accounts(accounts);
    const seen: unknown[] = [];
    const sizes: number[] = [];
    let after: string | undefined;
    do {
      const { body } = await get(
        'me/accounts',
        { fields: 'id,access_token', ...(after !== undefined && { after }) },
        fb.tokens.longLivedUser,
      );
      const { data, paging } = body as { data: unknown[]; paging: { cursors: { after: string }; next?: string } };
      seen.push(...data);
      sizes.push(data.length);
      if (paging.next !== undefined) expect(new URL(paging.next).searchParams.get('access_token')).toBe(fb.tokens.longLivedUser);
      after = paging.next === undefined ? undefined : paging.cursors.after;
      expect(paging.cursors.after).not.toBe('');
    } while (after !== undefined);
    expect(sizes).toEqual([25, 25, 10]);
    expect(seen).toEqual(accounts.map(({ id, access_token }) => ({ id, access_token })));
  });

  it('lists as many pages as `limit` says, up to 100, and none when there are none', async () => {
    const { fb, get } = await setUp();
    fb.accounts([...accounts, ...accounts]);
    const count = async (limit: string) => ((await get('me/accounts', { limit }, fb.tokens.user)).body.data as unknown[]).length;
    expect([await count('7'), await count('100'), await count('1000')]).toEqual([7, 100, 100]);
    fb.accounts([]);
    expect((await get('me/accounts', {}, fb.tokens.user)).body).toEqual({ data: [] });
  });

  it('requires the token of a person, a proof after requireProof(), and known parameters', async () => {
    const { fb, get } = await setUp();
    const { tokens } = fb;
    expect(await get('me/accounts', {})).toMatchObject(refused(400, 104));
    expect(await get('me/accounts', {}, tokens.page)).toMatchObject(refused(400, 100, 'accounts'));
    expect(await get('me/accounts', { fields: 'id,category' }, tokens.user)).toMatchObject(refused(400, 100, 'category'));
    expect(await get('me/accounts', { limit: 'all' }, tokens.user)).toMatchObject(refused(400, 100, 'limit'));
    expect(await get('me/accounts', { after: '?' }, tokens.user)).toMatchObject(refused(400, 100, 'cursors'));
    expect(await get('me/accounts', { page: '2' }, tokens.user)).toMatchObject(refused(400, 100, '"page"'));
    fb.requireProof();
    expect(await get('me/accounts', {}, tokens.user)).toMatchObject(refused(400, 100, 'appsecret_proof'));
  });
});
