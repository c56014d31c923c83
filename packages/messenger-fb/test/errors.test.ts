import type { FbError, HttpReply } from '@sitemessage/sandbox';
import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { fb } from '../src/index.ts';
import { cases, permissionCodes, tokenSubcodes } from './error-table.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('fb');
const messenger = () => fb(running.sandbox.fb.options);

const codeOf = ({ code }: FbError): string => (code < 0 ? `fb_minus_${-code}` : `fb_${code}`);
const titled = cases.map((one) => ({ ...one, title: [JSON.stringify(one.error), one.status, JSON.stringify(one.headers)].join(' ') }));

describe('an error of Facebook', () => {
  it.each(titled)('$title is $kind', async ({ error, status, headers, kind, scope, retryAfterMs }) => {
    running.sandbox.fb.refuse(error, { ...(status !== undefined && { status }), ...(headers && { headers }) });
    const thrown = await rejection(sendOne(messenger()));
    const { code, scope: itsScope, retryAfterMs: itsWait, recipientGone } = thrown;
    expect({ kind: thrown.kind, code }).toEqual({ kind, code: codeOf(error) });
    expect({ itsScope, itsWait }).toEqual({ itsScope: scope, itsWait: retryAfterMs });
    // No error of Facebook says for certain that a page is gone.
    expect(recipientGone).toBe(kind === 'permanent' ? false : undefined);
    const subcode = error.error_subcode === undefined ? '' : `.${error.error_subcode}`;
    const words = error.message ?? `(#${error.code}) Error`;
    expect(thrown.message).toContain(`Facebook answered ${error.code}${subcode}: ${words} [fbtrace_id AsandboxTraceId]`);
    expect(thrown.code).toMatch(/^[a-z]+(_[a-z0-9]+)*$/);
    expect(running.sandbox.inbox.all()).toEqual([]);
    expect(running.sandbox.fb.requests()).toBe(1);
  });

  it.each(tokenSubcodes)('190 with the subcode %i has a hint for the token', async (error_subcode) => {
    running.sandbox.fb.refuse({ code: 190, error_subcode });
    expect((await rejection(sendOne(messenger()))).message).toMatch(/ \((the person (?:has|must)|the token)[^()]{10,}\)$/);
  });

  it('with an unknown subcode has no hint', async () => {
    running.sandbox.fb.refuse({ code: 100, error_subcode: 463 });
    expect((await rejection(sendOne(messenger()))).message).toMatch(/\[fbtrace_id AsandboxTraceId\]$/);
  });

  it.each(permissionCodes)('%i is a configuration error, but permanent for another page', async (code) => {
    running.sandbox.fb.refuse({ code }, { times: 3 });
    const { own, other } = running.sandbox.fb.pages;
    const expected = { code: `fb_${code}` };
    expect(await rejection(sendOne(messenger(), ''))).toMatchObject({ ...expected, kind: 'configuration' });
    expect(await rejection(sendOne(messenger(), own))).toMatchObject({ ...expected, kind: 'configuration' });
    expect(await rejection(sendOne(messenger(), other))).toMatchObject({ ...expected, kind: 'permanent' });
  });

  it('506 explains a duplicate after an unknown outcome', async () => {
    running.sandbox.fb.refuse({ code: 506 });
    expect((await rejection(sendOne(messenger()))).message).toContain('the post is on the page');
  });

  it('is quoted with the words that Facebook has for users', async () => {
    running.sandbox.fb.refuse({ code: 368, message: 'Blocked', error_user_title: 'Slow down', error_user_msg: 'You posted a lot.' });
    expect((await rejection(sendOne(messenger()))).message).toContain('368: Blocked / Slow down / You posted a lot. [');
  });

  it('is quoted, but not in full', async () => {
    running.sandbox.fb.refuse({ code: 100, message: `Begin ${'x'.repeat(10_000)}` });
    const { message } = await rejection(sendOne(messenger()));
    expect(message).toContain('Begin xxx');
    expect(message.length).toBeLessThan(450);
  });
});

describe('Facebook refuses', () => {
  const refused = (options: object, address = '') => rejection(sendOne(fb({ ...running.sandbox.fb.options, ...options }), address));

  it('an unknown token, a token that may not post, and unknown versions', async () => {
    expect(await refused({ pageAccessToken: 'EAAunknown' })).toMatchObject({ kind: 'configuration', code: 'fb_190' });
    expect(await refused({ pageAccessToken: running.sandbox.fb.tokens.narrow })).toMatchObject({ kind: 'configuration', code: 'fb_200' });
    expect(await refused({ pageAccessToken: running.sandbox.fb.tokens.user })).toMatchObject({ kind: 'configuration', code: 'fb_200' });
    expect(await refused({ version: 'v20.0' })).toMatchObject({ kind: 'configuration', code: 'fb_2635' });
    expect(await refused({ version: 'v99.0' })).toMatchObject({ kind: 'configuration', code: 'fb_2500' });
  });

  it('another page and an unknown page, for that recipient alone', async () => {
    expect(await refused({}, running.sandbox.fb.pages.other)).toMatchObject({ kind: 'permanent', code: 'fb_200' });
    expect(await refused({}, '7')).toMatchObject({ kind: 'permanent', code: 'fb_100', message: expect.stringContaining('100.33: ') });
  });

  it('a post over the quota, with the minutes to wait', async () => {
    running.sandbox.fb.limit({ count: 1, perMs: 180_000 });
    await sendOne(messenger());
    expect(await rejection(sendOne(messenger()))).toMatchObject({
      kind: 'transient',
      code: 'fb_80001',
      scope: 'messenger',
      retryAfterMs: 180_000,
    });
  });
});

describe('a reply that is not from the Graph API', () => {
  const page = (status: number, headers: HttpReply['headers'] = {}): HttpReply => ({ status, headers, body: '<h1>Sorry</h1>' });
  const unreadable = { kind: 'unknown', code: 'fb_unreadable' };
  const gateway = { kind: 'configuration', code: 'fb_gateway' };

  it.each<readonly [HttpReply, object]>([
    [page(500), unreadable],
    [page(502), unreadable],
    [page(503), unreadable],
    [page(504), unreadable],
    [page(200), unreadable],
    [{ status: 500, body: { error: 'no' } }, unreadable],
    [{ status: 500, body: { error: { message: 'without a number' } } }, unreadable],
    [{ status: 200, body: 'null' }, unreadable],
    [{ status: 200, body: '7' }, unreadable],
    [{ status: 200, body: '{"id":' }, unreadable],
    [page(429), { kind: 'transient', code: 'fb_rate_limited', scope: 'messenger', retryAfterMs: 300_000 }],
    [page(429, { 'retry-after': '7' }), { kind: 'transient', code: 'fb_rate_limited', scope: 'messenger', retryAfterMs: 7_000 }],
    [page(408), { kind: 'transient', code: 'fb_unavailable', scope: 'dispatch' }],
    [page(425), { kind: 'transient', code: 'fb_unavailable', scope: 'dispatch' }],
    [page(413), { kind: 'permanent', code: 'fb_too_long' }],
    [page(400), gateway],
    [page(401), gateway],
    [page(403), gateway],
    [page(404), gateway],
    [page(407), gateway],
    [page(302, { location: 'https://example.com/' }), gateway],
  ])('%o', async (reply, expected) => {
    running.sandbox.fb.fail({ reply });
    const message = expect.stringContaining(`Facebook answered ${reply.status}, but not with a reply of the Graph API`);
    expect(await rejection(sendOne(messenger()))).toMatchObject({ ...expected, message });
  });

  it.each([{}, [], { id: '' }, { id: 7 }, { success: true }, { error: null }])('or without an id: %j', async (body) => {
    running.sandbox.fb.fail({ reply: { status: 200, body } });
    expect(await rejection(sendOne(messenger()))).toMatchObject(unreadable);
  });

  it('is quoted, but not in full', async () => {
    running.sandbox.fb.fail({ reply: { status: 502, body: `<h1>Bad Gateway</h1>${'x'.repeat(10_000)}` } });
    const { message } = await rejection(sendOne(messenger()));
    expect(message).toContain('<h1>Bad Gateway</h1>');
    expect(message.length).toBeLessThan(450);
  });
});

describe('a broken connection', () => {
  it.each(['head', 'request', 'taken'] as const)(
    'at the stage "%s" leaves the outcome unknown, because the request was written',
    async (at) => {
      running.sandbox.fb.fail({ at, drop: true });
      expect(await rejection(sendOne(messenger()))).toMatchObject({ kind: 'unknown', code: 'http_interrupted' });
      expect(running.sandbox.inbox.all()).toHaveLength(at === 'taken' ? 1 : 0);
    },
  );

  it('is transient when nothing listens', async () => {
    const unreachable = fb({ ...running.sandbox.fb.options, apiRoot: 'http://127.0.0.1:1' });
    expect(await rejection(sendOne(unreachable))).toMatchObject({ kind: 'transient', code: 'http_connection' });
  });
});
