import type { HttpReply } from '@sitemessage/sandbox';
import { closedPort, rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { twitter } from '../src/index.ts';
import { cases, now } from './error-table.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('twitter');
const messenger = () => twitter(running.sandbox.twitter.options);

const titled = cases.map((one) => ({ ...one, title: JSON.stringify(one.error) }));

describe('an error of X', () => {
  it.each(titled)('$title is $code, $kind', async ({ error, code, kind, scope, retryAfterMs }) => {
    running.sandbox.twitter.refuse(error);
    const thrown = await rejection(sendOne(messenger()));
    expect({ code: thrown.code, kind: thrown.kind, scope: thrown.scope, retryAfterMs: thrown.retryAfterMs }).toEqual({
      code,
      kind,
      scope,
      retryAfterMs,
    });
    // No error of X says for certain that an account is gone.
    expect(thrown.recipientGone).toBe(kind === 'permanent' ? false : undefined);
    expect(thrown.message).toContain(`X answered ${error.status}`);
    expect(thrown.message).toContain((error.detail ?? error.errors?.[0]?.message ?? error.message)?.slice(0, 200));
    expect(running.sandbox.inbox.all()).toEqual([]);
    expect(running.sandbox.twitter.requests()).toBe(1);
  });

  it('shows the number of v1 and all the words of X', async () => {
    running.sandbox.twitter.refuse({
      status: 403,
      title: 'Forbidden',
      detail: 'No',
      errors: [{ code: 261, message: 'Not so' }, { message: 'Nor so' }],
    });
    expect((await rejection(sendOne(messenger()))).message).toBe('X answered 403 (261): Forbidden: No: Not so: Nor so');
  });

  it('explains a duplicate after an attempt with an unknown outcome', async () => {
    running.sandbox.twitter.refuseDuplicates();
    await sendOne(messenger());
    const error = await rejection(sendOne(messenger()));
    expect(error).toMatchObject({
      code: 'twitter_duplicate',
      message: expect.stringMatching(/duplicate content\. If the outcome .* on X\.$/),
    });
    running.sandbox.twitter.refuse({ status: 403, errors: [{ code: 187, message: 'Duplicate' }] });
    expect((await rejection(sendOne(messenger()))).message).toMatch(/^X answered 403 \(187\): Duplicate\. If the outcome .* on X\.$/);
  });

  it('is quoted, but not in full', async () => {
    running.sandbox.twitter.refuse({ status: 403, title: 'Forbidden', detail: `Begin ${'x'.repeat(10_000)}` });
    const { message } = await rejection(sendOne(messenger()));
    expect(message).toContain('Begin xxx');
    expect(message.length).toBeLessThan(450);
  });

  it('without a readable `date` measures its wait by the clock of this machine', async () => {
    const reset = { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(Math.ceil(Date.now() / 1_000) + 3_600) };
    running.sandbox.twitter.refuse({ status: 429, title: 'No', headers: { ...reset, date: 'whenever' } });
    const { retryAfterMs } = await rejection(sendOne(messenger()));
    expect(Math.abs(Number(retryAfterMs) - 3_600_000)).toBeLessThan(20_000);
  });
});

describe('X refuses', () => {
  const refused = (options: object) => rejection(sendOne(twitter({ ...running.sandbox.twitter.options, ...options })));

  it('wrong keys, one by one', async () => {
    const { options } = running.sandbox.twitter;
    for (const name of ['appKey', 'appSecret', 'accessToken', 'accessSecret'] as const) {
      const error = await refused({ [name]: `${options[name]}x` });
      expect(error, name).toMatchObject({ kind: 'configuration', code: 'twitter_unauthorized' });
    }
  });

  it('a token that may only read, and a token of the app alone', async () => {
    const { tokens, options } = running.sandbox.twitter;
    expect(await refused(tokens.readOnly)).toMatchObject({ kind: 'configuration', code: 'twitter_permissions' });
    const appOnly = { oauth2: { clientId: 'client', accessToken: tokens.appOnly }, apiRoot: options.apiRoot };
    expect(await rejection(sendOne(twitter(appOnly)))).toMatchObject({ kind: 'configuration', code: 'twitter_permissions' });
  });

  it('an unknown path in `apiRoot`, for a post and for an upload', async () => {
    const apiRoot = `${running.sandbox.twitter.options.apiRoot}/v2`;
    const wrong = { kind: 'configuration', code: 'twitter_endpoint', message: expect.stringContaining('`apiRoot`') };
    expect(await refused({ apiRoot })).toMatchObject(wrong);
    const attachments = [{ filename: 'a.png', content: 'PNG' }];
    const one = twitter({ ...running.sandbox.twitter.options, apiRoot });
    expect(await rejection(sendOne(one, { attachments }))).toMatchObject(wrong);
  });

  it('a clock that is ten minutes off', async () => {
    running.sandbox.twitter.clock(() => Date.now() + 600_000);
    expect(await refused({})).toMatchObject({ kind: 'configuration', code: 'twitter_clock' });
  });

  it('a post over the limit, until the window ends', async () => {
    running.sandbox.twitter.clock(() => Math.trunc(Date.now() / 1_000) * 1_000);
    running.sandbox.twitter.limit({ count: 1, perMs: 600_000 });
    const { pauseMs } = await sendOne(messenger(), { text: 'One' });
    const error = await rejection(sendOne(messenger(), { text: 'Two' }));
    expect(error).toMatchObject({ kind: 'transient', code: 'twitter_rate_limited', scope: 'messenger' });
    for (const wait of [pauseMs, error.retryAfterMs]) expect(Math.abs(Number(wait) - 600_000)).toBeLessThan(10_000);
  });
});

describe('the remaining limit', () => {
  const pauseAfter = async (headers: Readonly<Record<string, string>>) => {
    const date = new Date(now * 1_000).toUTCString();
    running.sandbox.twitter.fail({ reply: { status: 201, headers: { date, ...headers }, body: { data: { id: '7', text: 'Hello' } } } });
    return (await sendOne(messenger())).pauseMs;
  };
  const reset = String(now + 90);

  it('gives a pause when it is used up', async () => {
    expect(await pauseAfter({ 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset })).toBe(90_000);
    expect(await pauseAfter({ 'x-user-limit-24hour-remaining': '0', 'x-user-limit-24hour-reset': reset })).toBe(90_000);
    expect(await pauseAfter({ 'x-app-limit-24hour-remaining': '0', 'x-app-limit-24hour-reset': reset })).toBe(90_000);
  });

  it('gives no pause before that, or when it cannot be read', async () => {
    expect(await pauseAfter({})).toBeUndefined();
    expect(await pauseAfter({ 'x-rate-limit-remaining': '1', 'x-rate-limit-reset': reset })).toBeUndefined();
    expect(await pauseAfter({ 'x-rate-limit-remaining': '0' })).toBeUndefined();
    expect(await pauseAfter({ 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': 'soon' })).toBeUndefined();
    expect(await pauseAfter({ 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(now - 1) })).toBeUndefined();
  });
});

describe('a reply that is not from X', () => {
  const page = (status: number, headers: HttpReply['headers'] = {}): HttpReply => ({ status, headers, body: '<h1>Sorry</h1>' });
  const unreadable = { kind: 'unknown', code: 'twitter_unreadable' };
  const gateway = { kind: 'configuration', code: 'twitter_gateway' };
  const unavailable = { kind: 'transient', code: 'twitter_unavailable', scope: 'dispatch' };

  it.each<readonly [HttpReply, object]>([
    [page(500), unreadable],
    [page(502), unreadable],
    [page(504), unreadable],
    [page(200), unreadable],
    [{ status: 502, body: `{"title":${'['.repeat(1_000)}${']'.repeat(1_000)}}` }, unreadable],
    [{ status: 500, body: { message: 'no' } }, unreadable],
    [{ status: 201, body: '{"data":' }, unreadable],
    [page(503), unavailable],
    [page(408), unavailable],
    [page(425), unavailable],
    [page(429), { kind: 'transient', code: 'twitter_rate_limited', scope: 'messenger', retryAfterMs: 60_000 }],
    [page(429, { 'retry-after': '70' }), { kind: 'transient', code: 'twitter_rate_limited', scope: 'messenger', retryAfterMs: 70_000 }],
    [page(413), { kind: 'permanent', code: 'twitter_media' }],
    [page(400), gateway],
    [page(401), gateway],
    [page(403), gateway],
    [page(404), gateway],
    [page(407), gateway],
    [{ status: 407, body: { title: 'Proxy Authentication Required' } }, gateway],
    [{ status: 403, body: { message: 'Forbidden' } }, gateway],
    [page(302, { location: 'https://example.com/' }), gateway],
  ])('%o', async (reply, expected) => {
    running.sandbox.twitter.fail({ reply });
    const message = expect.stringContaining(`X answered ${reply.status}, but not with a reply of its API`);
    expect(await rejection(sendOne(messenger()))).toMatchObject({ ...expected, message });
  });

  it.each(['', {}, [], { data: null }, { data: {} }, { data: { id: '' } }, { data: { id: 7 } }, { errors: null }])(
    'or without an id: %j',
    async (body) => {
      running.sandbox.twitter.fail({ reply: { status: 201, body } });
      expect(await rejection(sendOne(messenger()))).toMatchObject(unreadable);
    },
  );
});

describe('a broken connection', () => {
  it.each(['head', 'request', 'taken'] as const)(
    'at the stage "%s" leaves the outcome unknown, because the request was written',
    async (at) => {
      running.sandbox.twitter.fail({ at, drop: true });
      expect(await rejection(sendOne(messenger()))).toMatchObject({ kind: 'unknown', code: 'http_interrupted' });
      expect(running.sandbox.inbox.all()).toHaveLength(at === 'taken' ? 1 : 0);
    },
  );

  it.each(['head', 'request', 'taken'] as const)('or silence at the stage "%s" ends with the signal of the send', async (at) => {
    running.sandbox.twitter.fail({ at, silent: true });
    const session = await messenger().open({ signal: new AbortController().signal });
    const stop = new AbortController();
    const sent = rejection(
      session.send({ id: '7', address: '', attempt: 1, message: { id: '1', type: 't' }, content: { text: 'Hello' } }, stop),
    );
    await expect.poll(() => running.sandbox.twitter.requests()).toBe(1);
    stop.abort();
    expect(await sent).toMatchObject({ kind: 'unknown', code: 'http_interrupted' });
    await session.close?.();
    await expect.poll(() => running.sandbox.twitter.emulator.connections()).toBe(0);
  });

  it('is transient when nothing listens or the name is unknown', async () => {
    for (const apiRoot of [`http://127.0.0.1:${await closedPort()}`, 'http://unknown.invalid']) {
      const unreachable = twitter({ ...running.sandbox.twitter.options, apiRoot });
      expect(await rejection(sendOne(unreachable))).toMatchObject({ kind: 'transient', code: 'http_connection' });
    }
  });
});
