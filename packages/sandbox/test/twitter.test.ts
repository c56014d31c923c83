import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox, type TwitterError } from '../src/index.ts';
import { signatureOf } from '../src/protocols/twitter/oauth1.ts';
import { weightOf } from '../src/protocols/twitter/weight.ts';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>> & { readonly data?: Readonly<Record<string, unknown>> };
}

type Signed = Readonly<Record<string, string>>;
type Raw = NonNullable<RequestInit['body']>;
type Body = Raw | Readonly<Record<string, unknown>>;

const start = 1_800_000_000_000;
let nonces = 0;

/** Starts a sandbox with a stopped clock. Returns functions that send requests. */
async function setUp() {
  const sandbox = await startSandbox({ protocols: ['twitter'] });
  onTestFinished(() => sandbox.close());
  const { twitter, inbox } = sandbox;
  const time = { now: start };
  twitter.clock(() => time.now);
  const { appKey, appSecret, accessToken, accessSecret, apiRoot } = twitter.options;

  /** Signs a request by OAuth 1.0a, with `changes` and other secrets in place of the right ones. */
  const sign = (
    verb: string,
    path: string,
    changes: Signed = {},
    secrets: readonly [string, string] = [appSecret, accessSecret],
  ): string => {
    nonces += 1;
    const url = new URL(path, apiRoot);
    const oauth = {
      oauth_consumer_key: appKey,
      oauth_nonce: `nonce${nonces}`,
      oauth_signature_method: 'HMAC-SHA1',
      oauth_timestamp: String(time.now / 1_000),
      oauth_token: accessToken,
      oauth_version: '1.0',
      ...changes,
    };
    const signature = signatureOf(verb, `${url.origin}${url.pathname}`, [...url.searchParams, ...Object.entries(oauth)], secrets);
    const fields = Object.entries({ ...oauth, oauth_signature: signature, ...changes });
    return `OAuth ${fields.map(([name, value]) => `${name}="${encodeURIComponent(value)}"`).join(', ')}`;
  };
  const ask = async (verb: string, path: string, body?: Body, authorization: string | null = sign(verb, path)): Promise<Answer> => {
    const isJson = body !== undefined && Object.getPrototypeOf(body) === Object.prototype;
    const response = await fetch(new URL(path, apiRoot), {
      method: verb,
      headers: { ...(authorization !== null && { authorization }), ...(isJson && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as Raw) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as Answer['body'] };
  };
  const post = (body: Body, authorization?: string | null): Promise<Answer> => ask('POST', '/2/tweets', body, authorization);
  return { twitter, inbox, time, sign, ask, post };
}

const refused = (status: number, detail: string) => ({ status, body: { status, detail: expect.stringContaining(detail) } });
const badRequest = (words: string) => ({
  status: 400,
  body: { title: 'Invalid Request', errors: [{ message: expect.stringContaining(words) }] },
});

describe('the signature of OAuth 1.0a', () => {
  it('is that of the example that X has published', () => {
    const parameters = [
      ['status', 'Hello Ladies + Gentlemen, a signed OAuth request!'],
      ['include_entities', 'true'],
      ['oauth_consumer_key', 'xvz1evFS4wEEPTGEFPHBog'],
      ['oauth_nonce', 'kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg'],
      ['oauth_signature_method', 'HMAC-SHA1'],
      ['oauth_timestamp', '1318622958'],
      ['oauth_token', '370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb'],
      ['oauth_version', '1.0'],
    ] as const;
    const secrets = ['kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw', 'LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE'] as const;
    expect(signatureOf('POST', 'https://api.twitter.com/1.1/statuses/update.json', parameters, secrets)).toBe(
      'hCtSmYh+iHYCEqBWrE7C7hYmtUk=',
    );
  });

  it('is checked, and its nonce is accepted once', async () => {
    const { post, sign } = await setUp();
    const authorization = sign('POST', '/2/tweets');
    expect((await post({ text: 'One' }, authorization)).status).toBe(201);
    expect(await post({ text: 'Two' }, authorization)).toMatchObject(refused(401, 'Unauthorized'));
    expect((await post({ text: 'Two' })).status).toBe(201);
  });

  it.each<{ readonly what: string; readonly changes?: Signed; readonly secrets?: readonly [string, string] }>([
    { what: 'another secret of the app', secrets: ['another', 'sandbox0access0secret0Zq1'] },
    { what: 'another secret of the token', secrets: ['sandbox0app0secret0of0fifty0characters0of0X0000000', 'another'] },
    { what: 'a signature that is none', changes: { oauth_signature: 'AAAA' } },
    { what: 'an unknown token', changes: { oauth_token: '7-unknown' } },
    { what: 'an unknown app', changes: { oauth_consumer_key: 'unknown' } },
    { what: 'another method', changes: { oauth_signature_method: 'PLAINTEXT' } },
    { what: 'another version', changes: { oauth_version: '2.0' } },
    { what: 'no nonce', changes: { oauth_nonce: '' } },
  ])('with $what is refused', async ({ changes, secrets }) => {
    const { post, sign, inbox } = await setUp();
    expect(await post({ text: 'Hello' }, sign('POST', '/2/tweets', changes, secrets))).toMatchObject(refused(401, 'Unauthorized'));
    expect(inbox.all()).toEqual([]);
  });

  it.each([
    'OAuth oauth_token="%"',
    'OAuth oauth_consumer_key="%E0%A4%A", oauth_token="7"',
    (right: string) => right.replace(/oauth_signature="[^"]+"/, `oauth_signature="${'%C3%A9'.repeat(28)}"`),
    (right: string) => right.replace(/oauth_signature="[^"]+"/, `oauth_signature="${'x'.repeat(26)}%C3%A9"`),
  ])('that cannot be read is refused: case %#', async (header) => {
    const { post, sign } = await setUp();
    const authorization = typeof header === 'string' ? header : header(sign('POST', '/2/tweets'));
    expect(await post({ text: 'Hello' }, authorization)).toMatchObject(refused(401, 'Unauthorized'));
  });

  it('of another request is refused', async () => {
    const { post, sign, ask } = await setUp();
    expect((await post({ text: 'Hello' }, sign('GET', '/2/tweets'))).status).toBe(401);
    expect((await post({ text: 'Hello' }, sign('POST', '/2/media/upload/initialize'))).status).toBe(401);
    const status = '/2/media/upload?command=STATUS&media_id=7';
    expect((await ask('GET', status, undefined, sign('GET', '/2/media/upload?command=STATUS&media_id=8'))).status).toBe(401);
    expect((await ask('GET', status)).status).toBe(400);
  });

  it('is valid for five minutes, by the given clock', async () => {
    const { post, sign, time } = await setUp();
    for (const [minutes, status] of [
      [5, 201],
      [-5, 201],
      [6, 401],
      [-6, 401],
    ] as const) {
      time.now = start;
      const authorization = sign('POST', '/2/tweets');
      time.now = start + minutes * 60_000;
      const answer = await post({ text: `After ${minutes} minutes` }, authorization);
      expect(answer.status).toBe(status);
      if (status === 401) expect(answer.body).toEqual({ errors: [{ code: 135, message: 'Timestamp out of bounds.' }] });
    }
  });

  it('with a token that can only read is refused as by X, and so is a missing login', async () => {
    const { post, sign, twitter } = await setUp();
    const { accessToken, accessSecret } = twitter.tokens.readOnly;
    const readOnly = sign('POST', '/2/tweets', { oauth_token: accessToken }, [twitter.options.appSecret, accessSecret]);
    expect(await post({ text: 'Hello' }, readOnly)).toMatchObject(refused(403, 'oauth1 app permissions'));
    for (const login of [null, 'OAuth', 'Basic YTpi']) expect((await post({ text: 'Hello' }, login)).status).toBe(401);
    expect(await post({ text: 'Hello' }, `Bearer ${twitter.tokens.appOnly}`)).toMatchObject(refused(403, 'Application-Only'));
  });
});

describe('POST /2/tweets', () => {
  it('accepts the posts that X accepts, and answers 201 with an id that is too large for a number', async () => {
    const { post, inbox, twitter } = await setUp();
    const others = { made_with_ai: false, nullcast: false, reply_settings: 'following', geo: { place_id: 'a' }, community_id: '7' };
    const first = await post({ text: 'Hello', ...others });
    expect(first).toMatchObject({ status: 201, body: { data: { id: '1900000000000000001', text: 'Hello' } } });
    await post({ text: '@Ann_7 Hello', reply: { in_reply_to_tweet_id: '1900000000000000001' } });
    await post({ text: '@ann' });
    await post({ text: '@ann-marie' });
    expect(inbox.all()).toMatchObject([
      { protocol: 'twitter', address: '', text: 'Hello', headers: { id: '1900000000000000001', in_reply_to: '' } },
      { address: '@ann_7', text: 'Hello', headers: { in_reply_to: '1900000000000000001' } },
      { address: '@ann', text: '' },
      { address: '', text: '@ann-marie' },
    ]);
    expect(twitter.emulator.received()[1]).toEqual({ address: '@ann_7', text: 'Hello' });
  });

  it.each<readonly [string, Body]>([
    ['[status] is not a valid field', { status: 'Hello' }],
    ['[massage] is not a valid field', { text: 'Hello', massage: 'Hello' }],
    ['[id] is not a valid field', { text: 'Hello', reply: { id: '7' } }],
    ['reply: in_reply_to_tweet_id: must be an id', { text: 'Hello', reply: { in_reply_to_tweet_id: 7 } }],
    ['reply: in_reply_to_tweet_id: must be an id', { text: 'Hello', reply: { in_reply_to_tweet_id: '9'.repeat(20) } }],
    ['reply: in_reply_to_tweet_id: is missing', { text: 'Hello', reply: {} }],
    ['reply: must be an object', { text: 'Hello', reply: '7' }],
    ['reply: exclude_reply_user_ids: must be a list', { text: 'Hello', reply: { in_reply_to_tweet_id: '7', exclude_reply_user_ids: '7' } }],
    ['media: media_ids: is missing', { text: 'Hello', media: {} }],
    ['media: media_ids: must be a list of 1 to 4', { text: 'Hello', media: { media_ids: [] } }],
    ['media: media_ids: must be a list of 1 to 4', { text: 'Hello', media: { media_ids: ['1', '2', '3', '4', '5'] } }],
    ['media: media_ids: must be a list of 1 to 4', { text: 'Hello', media: { media_ids: '1' } }],
    ['media: media_ids: has one that must be an id', { text: 'Hello', media: { media_ids: ['one'] } }],
    ['media: tagged_user_ids: has one that must be an id', { text: 'Hello', media: { media_ids: ['1'], tagged_user_ids: [7] } }],
    ['made_with_ai: must be true or false', { text: 'Hello', made_with_ai: 'true' }],
    ['nullcast: must be true or false', { text: 'Hello', nullcast: 1 }],
    ['paid_partnership: must be true or false', { text: 'Hello', paid_partnership: null }],
    ['reply_settings: must be one of', { text: 'Hello', reply_settings: 'nobody' }],
    ['quote_tweet_id: must be an id', { text: 'Hello', quote_tweet_id: 7 }],
    ['geo: place_id: must be a text', { text: 'Hello', geo: { place_id: 7 } }],
    ['poll: duration_minutes: must be an integer from 5', { text: 'Hello', poll: { options: ['a', 'b'], duration_minutes: '60' } }],
    ['media IDs are invalid', { text: 'Hello', media: { media_ids: ['1'] } }],
    ['text: must not be empty', {}],
    ['text: must not be empty', { text: ' \n' }],
    ['text: must be a text', { text: 7 }],
    ['text: must be a text', { text: 'half \ud83d' }],
    ['text: must be a text', { text: 'what \ufffe' }],
    ['must be a JSON object', new URLSearchParams({ text: 'Hello' })],
    ['must be a JSON object', '{"text":"Hello"}'],
  ])('refuses as an invalid request: %s', async (words, body) => {
    const { ask, sign, inbox } = await setUp();
    // A form is signed with what is in it.
    if (body instanceof URLSearchParams) {
      const authorization = sign('POST', `/2/tweets?${body}`);
      expect((await ask('POST', '/2/tweets', body, authorization)).body.errors).toMatchObject([
        { message: expect.stringContaining(words) },
      ]);
    } else expect(await ask('POST', '/2/tweets', body)).toMatchObject(badRequest(words));
    expect(inbox.all()).toEqual([]);
  });

  it('refuses a text that is too long, counted as by X', async () => {
    const { post } = await setUp();
    for (const text of [
      'x'.repeat(280),
      '世'.repeat(140),
      `https://example.com/${'x'.repeat(400)} ${'x'.repeat(256)}`,
      '👩‍👩‍👧'.repeat(140),
    ]) {
      expect((await post({ text })).status).toBe(201);
      expect(await post({ text: `${text}x` === text ? text : `x ${text}` })).toMatchObject(refused(403, 'too long'));
    }
    expect(weightOf('Hello, world! 👋')).toBe(16);
    expect(['1⃣', '1\ufe0f⃣', '#⃣', 'a⃣', '☺', '☺\ufe0f', '©', '©\ufe0f', '👍🏽'].map(weightOf)).toEqual([2, 2, 2, 3, 2, 2, 1, 2, 2]);
    expect(weightOf('привет 世界 🇦🇶 café cafe\u0301')).toBe(24);
  });

  it('refuses a reply to an unknown post, and unknown paths', async () => {
    const { post, ask } = await setUp();
    expect(await post({ text: 'Hello', reply: { in_reply_to_tweet_id: '7' } })).toMatchObject(refused(404, '[7]'));
    for (const [verb, path] of [
      ['GET', '/2/tweets'],
      ['POST', '/2/tweets/'],
      ['POST', '/1.1/statuses/update.json'],
      ['POST', '/2/media/upload/7'],
      ['GET', '/2/oauth2/token'],
      ['POST', '/constructor'],
    ] as const) {
      expect((await ask(verb, path, verb === 'POST' ? {} : undefined)).status).toBe(404);
    }
  });

  it('refuses a repeated text after refuseDuplicates()', async () => {
    const { post, twitter } = await setUp();
    await post({ text: 'Hello' });
    const lift = twitter.refuseDuplicates();
    expect(await post({ text: 'Hello' })).toMatchObject(refused(403, 'duplicate content'));
    expect((await post({ text: 'Hello!' })).status).toBe(201);
    lift();
    expect((await post({ text: 'Hello' })).status).toBe(201);
  });

  it('says how many posts are left until when, and refuses more, by the given clock', async () => {
    const { post, twitter, time } = await setUp();
    const limits = ({ headers }: Answer) => ['limit', 'remaining', 'reset'].map((name) => Number(headers.get(`x-rate-limit-${name}`)));
    expect(limits(await post({ text: 'Hello' }))).toEqual([100, 99, start / 1_000 + 900]);
    const lift = twitter.limit({ count: 2, perMs: 60_000 });
    expect(limits(await post({ text: 'One' }))).toEqual([2, 1, start / 1_000 + 60]);
    expect(limits(await post({ text: 'Two' }))).toEqual([2, 0, start / 1_000 + 60]);
    time.now += 59_000;
    const answer = await post({ text: 'Three' });
    expect(answer).toMatchObject(refused(429, 'Too Many Requests'));
    expect(limits(answer)).toEqual([2, 0, start / 1_000 + 60]);
    expect(Date.parse(answer.headers.get('date') ?? '')).toBe(time.now);
    time.now += 1_000;
    expect((await post({ text: 'Three' })).status).toBe(201);
    lift();
    expect(limits(await post({ text: 'Four' }))[0]).toBe(100);
  });
});

describe('POST /2/media/upload', () => {
  const image = { media_type: 'image/png', media_category: 'tweet_image', total_bytes: 5 };
  const video = { media_type: 'video/mp4', media_category: 'tweet_video', total_bytes: 5 };
  const part = (index: number, bytes: readonly number[]): FormData => {
    const form = new FormData();
    form.append('segment_index', String(index));
    form.append('media', new Blob([new Uint8Array(bytes)]));
    return form;
  };

  async function upload(
    begun: Body,
    parts: readonly FormData[],
    { ask }: Awaited<ReturnType<typeof setUp>>,
  ): Promise<Answer & { id: string }> {
    const id = String((await ask('POST', '/2/media/upload/initialize', begun)).body.data?.id);
    for (const one of parts) expect((await ask('POST', `/2/media/upload/${id}/append`, one)).status).toBe(200);
    return { ...(await ask('POST', `/2/media/upload/${id}/finalize`, {})), id };
  }

  it('accepts a file in chunks, in any order, and a post shows it', async () => {
    const set = await setUp();
    const { id, body } = await upload(image, [part(1, [4, 5]), part(0, [1, 2, 3])], set);
    expect(body.data).toMatchObject({ id, media_key: `3_${id}`, size: 5 });
    expect(body.data).not.toHaveProperty('processing_info');
    await set.post({ media: { media_ids: [id] } });
    expect(set.inbox.all()).toMatchObject([{ text: '', headers: { media_ids: id } }]);
    expect(set.inbox.all()[0]?.attachments).toEqual([{ contentType: 'image/png', content: Buffer.from([1, 2, 3, 4, 5]) }]);
  });

  it('processes a video for as many replies as asked, and a post shows it afterwards', async () => {
    const set = await setUp();
    set.twitter.process({ polls: 2, checkAfterSecs: 3 });
    const { id, body } = await upload(video, [part(0, [1, 2, 3, 4, 5])], set);
    const post = () => set.post({ text: 'Look', media: { media_ids: [id] } });
    const state = async () => (await set.ask('GET', `/2/media/upload?command=STATUS&media_id=${id}`)).body.data?.processing_info;
    expect(body.data?.processing_info).toEqual({ state: 'pending', check_after_secs: 3 });
    expect(await post()).toMatchObject(badRequest('media IDs are invalid'));
    expect(await state()).toEqual({ state: 'in_progress', check_after_secs: 3 });
    expect(await state()).toEqual({ state: 'succeeded' });
    expect((await post()).status).toBe(201);
  });

  it('can fail to process a video', async () => {
    const set = await setUp();
    set.twitter.process({ state: 'failed' });
    const { id } = await upload(video, [part(0, [1, 2, 3, 4, 5])], set);
    const { body } = await set.ask('GET', `/2/media/upload?command=STATUS&media_id=${id}`);
    expect(body.data?.processing_info).toEqual({ state: 'failed' });
    expect((await set.post({ text: 'Look', media: { media_ids: [id] } })).status).toBe(400);
  });

  it('asks to wait a second by default', async () => {
    const set = await setUp();
    expect((await upload(video, [part(0, [1, 2, 3, 4, 5])], set)).body.data?.processing_info).toEqual({
      state: 'pending',
      check_after_secs: 1,
    });
  });

  it.each([
    ['checkAfterSecs', -1],
    ['checkAfterSecs', 1.5],
    ['checkAfterSecs', Number.NaN],
    ['checkAfterSecs', '3'],
    ['polls', -1],
    ['polls', 0.5],
    ['state', 'done'],
    ['pols', 3],
  ])('accepts no wrong field of process(): %s %j', async (field, value) => {
    const { twitter } = await setUp();
    expect(() => twitter.process({ [field]: value })).toThrow(expect.objectContaining({ name: 'ArgumentError', field }));
  });

  it('refuses wrong fields, sizes and chunks', async () => {
    const set = await setUp();
    const begin = (changes: object) => set.ask('POST', '/2/media/upload/initialize', { ...image, ...changes });
    expect(await begin({ media_type: 'text/plain' })).toMatchObject(badRequest('media_type'));
    expect(await begin({ media_category: 'dm_image' })).toMatchObject(badRequest('media_category'));
    expect(await begin({ total_bytes: 0 })).toMatchObject(badRequest('total_bytes'));
    expect(await begin({ total_bytes: '3' })).toMatchObject(badRequest('total_bytes'));
    expect(await begin({ total_bytes: undefined })).toMatchObject(badRequest('total_bytes'));
    expect(await begin({ shared: 'yes' })).toMatchObject(badRequest('shared'));
    expect(await begin({ additional_owners: '7' })).toMatchObject(badRequest('additional_owners'));
    expect(await begin({ name: 'a.png' })).toMatchObject(badRequest('[name] is not a valid field'));
    const { status } = await upload(image, [part(0, [1, 2])], set);
    expect(status).toBe(400);
    expect(await set.ask('POST', '/2/media/upload/7/append', part(0, [1]))).toMatchObject(badRequest('media IDs'));
    const { body } = await begin({});
    const append = (form: FormData) => set.ask('POST', `/2/media/upload/${body.data?.id}/append`, form);
    expect(await append(part(1_000, [1]))).toMatchObject(badRequest('segment_index'));
    expect(await append(part(0, []))).toMatchObject(badRequest('5 MB'));
    const asked = (query: string) => set.ask('GET', `/2/media/upload?media_id=${body.data?.id}${query}`);
    expect(await asked('&command=APPEND')).toMatchObject(badRequest('STATUS'));
    expect(await asked('&wait=1')).toMatchObject(badRequest('[wait] is not a valid field'));
    expect(await asked('')).toMatchObject({ status: 200 });
  });
});

describe('OAuth 2.0', () => {
  const basic = ({ clientId, clientSecret = '' }: { clientId: string; clientSecret?: string }): string =>
    `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;

  it('accepts an access token for two hours, and until expireTokens()', async () => {
    const { twitter, post, time } = await setUp();
    const bearer = `Bearer ${twitter.oauth2().oauth2.accessToken}`;
    time.now += 7_199_000;
    expect((await post({ text: 'One' }, bearer)).status).toBe(201);
    time.now += 1_000;
    expect(await post({ text: 'Two' }, bearer)).toMatchObject(refused(401, 'Unauthorized'));
    const next = `Bearer ${twitter.oauth2().oauth2.accessToken}`;
    expect((await post({ text: 'Two' }, next)).status).toBe(201);
    twitter.expireTokens();
    expect((await post({ text: 'Three' }, next)).status).toBe(401);
    expect((await post({ text: 'Three' }, 'Bearer unknown')).status).toBe(401);
  });

  it('has no other kind of client, and no clock that is not a function', async () => {
    const { twitter } = await setUp();
    expect(() => twitter.oauth2('secret' as 'public')).toThrow(expect.objectContaining({ name: 'ArgumentError', field: 'oauth2' }));
    expect(() => twitter.clock(start as never)).toThrow(expect.objectContaining({ name: 'ArgumentError', field: 'clock' }));
  });

  it.each(['confidential', 'public'] as const)('gives a %s client new tokens for a refresh token, once', async (kind) => {
    const { twitter, ask, post } = await setUp();
    const { oauth2 } = twitter.oauth2(kind);
    const login = kind === 'public' ? null : basic(oauth2);
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: oauth2.refreshToken, client_id: oauth2.clientId });
    const { status, body } = await ask('POST', '/2/oauth2/token', form, login);
    expect({ status, body }).toMatchObject({ status: 200, body: { token_type: 'bearer', expires_in: 7_200 } });
    expect([body.access_token, body.refresh_token]).not.toContain(oauth2.refreshToken);
    expect((await post({ text: 'Hello' }, `Bearer ${body.access_token}`)).status).toBe(201);
    expect(await ask('POST', '/2/oauth2/token', form, login)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_description: 'Value passed for the token was invalid.' },
    });
    form.set('refresh_token', String(body.refresh_token));
    expect((await ask('POST', '/2/oauth2/token', form, login)).status).toBe(200);
  });

  it('gives no tokens to another client, for another grant, or for a body that is not a form', async () => {
    const { twitter, ask } = await setUp();
    const { oauth2 } = twitter.oauth2();
    const given = { grant_type: 'refresh_token', refresh_token: oauth2.refreshToken, client_id: oauth2.clientId };
    const token = (changes: object, login: string | null = basic(oauth2)) =>
      ask('POST', '/2/oauth2/token', new URLSearchParams({ ...given, ...changes }), login);
    expect(await token({}, null)).toMatchObject({ status: 401, body: { error: 'unauthorized_client' } });
    expect(await token({}, basic({ ...oauth2, clientSecret: 'wrong' }))).toMatchObject({ status: 401 });
    expect(await token({ client_id: twitter.oauth2('public').oauth2.clientId }, null)).toMatchObject({ status: 400 });
    expect(await token({ grant_type: 'password' })).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } });
    expect(await token({ client_secret: 'x' })).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(await ask('POST', '/2/oauth2/token', given, basic(oauth2))).toMatchObject({ status: 400 });
    expect(await token({})).toMatchObject({ status: 200 });
  });
});

describe('a fault on demand', () => {
  it.each<TwitterError>([
    { status: 402, title: 'CreditsDepleted', detail: 'No credits', type: 'https://api.x.com/2/problems/credits' },
    { status: 403, errors: [{ code: 187, message: 'Status is a duplicate.' }] },
    { status: 400, error: 'invalid_request', error_description: 'No' },
    { status: 403, detail: 'Alone' },
  ])('is %j, once', async (error) => {
    const { twitter, post, inbox } = await setUp();
    twitter.refuse(error);
    const { status, body } = await post({ text: 'Hello' });
    expect(status).toBe(error.status);
    const { status: _, ...words } = error;
    expect(body).toMatchObject(words);
    expect((await post({ text: 'Hello' })).status).toBe(201);
    expect(inbox.all()).toHaveLength(1);
  });

  it('has its headers, after the post is accepted, or at one method', async () => {
    const { twitter, post, inbox } = await setUp();
    twitter.refuse({ status: 429, title: 'Too Many Requests', headers: { 'x-rate-limit-reset': '7' } }, { at: 'taken', method: 'tweets' });
    twitter.refuse({ status: 503, title: 'No' }, { method: 'initialize' });
    const { status, headers } = await post({ text: 'Hello' });
    expect([status, headers.get('x-rate-limit-reset')]).toEqual([429, '7']);
    expect(inbox.all()).toHaveLength(1);
    expect((await post({ text: 'Hello again' })).status).toBe(201);
    twitter.heal();
  });

  it('lets as many requests pass first as `skip` says', async () => {
    const { twitter, post } = await setUp();
    const statuses = async (count: number) => {
      const answers: number[] = [];
      for (let index = 0; index < count; index += 1) answers.push((await post({ text: `Post ${index}` })).status);
      return answers;
    };
    twitter.refuse({ status: 503, title: 'No' }, { skip: 2, times: 2 });
    expect(await statuses(5)).toEqual([201, 201, 503, 503, 201]);
    twitter.refuse({ status: 503, title: 'No' }, { skip: 1, method: 'append' });
    twitter.fail({ skip: 1, reply: { status: 502, body: 'Sorry' }, method: 'tweets' });
    twitter.heal();
    const lift = twitter.refuse({ status: 503, title: 'No' }, { skip: 0, times: Number.POSITIVE_INFINITY });
    expect(await statuses(2)).toEqual([503, 503]);
    lift();
    twitter.refuse({ status: 503, title: 'No' }, { skip: 3 })();
    twitter.refuse({ status: 504, title: 'No' });
    expect(await statuses(2)).toEqual([504, 201]);
    for (const skip of [-1, 0.5, Number.NaN, '2' as never]) {
      expect(() => twitter.fail({ skip, drop: true })).toThrow('`skip`');
    }
  });

  it.each(['head', 'request', 'taken'] as const)('is a closed connection, or no answer, at the stage "%s"', async (at) => {
    const { twitter, post, sign, inbox } = await setUp();
    twitter.fail({ at, drop: true });
    await expect(post({ text: 'Hello' })).rejects.toThrow();
    expect(inbox.all()).toHaveLength(at === 'taken' ? 1 : 0);
    const lift = twitter.fail({ at, silent: true });
    const stop = new AbortController();
    const headers = { authorization: sign('POST', '/2/tweets'), 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: '{"text":"Anybody there?"}', signal: stop.signal };
    const waiting = fetch(`${twitter.options.apiRoot}/2/tweets`, init);
    await expect.poll(() => twitter.requests()).toBe(2);
    stop.abort();
    await expect(waiting).rejects.toThrow();
    lift();
    expect(twitter.connected()).toBeGreaterThan(0);
  });
});
