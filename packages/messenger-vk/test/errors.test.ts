import { delivery, never, rejection, sandboxed, withSession } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { vk } from '../src/index.ts';
import { addressFor, cases, methods } from './error-table.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('vk');
const messenger = () => vk(running.sandbox.vk.options);

describe('an error of VK', () => {
  it.each(cases)('$title is $kind', async ({ code, subcode, message, method, kind, scope, retryAfterMs, recipientGone }) => {
    const error_msg = message ?? `Words for ${code}`;
    running.sandbox.vk.refuse({ error_code: code, error_msg, ...(subcode !== undefined && { error_subcode: subcode }) }, { method });
    const error = await rejection(sendOne(messenger(), addressFor[method]));
    expect({ kind: error.kind, code: error.code }).toEqual({ kind, code: `vk_${code}` });
    expect({ scope: error.scope, retryAfterMs: error.retryAfterMs, recipientGone: error.recipientGone }).toEqual({
      scope,
      retryAfterMs,
      recipientGone,
    });
    expect(error.message).toBe(`VK answered ${code}${subcode === undefined ? '' : `.${subcode}`}: ${error_msg}`);
    expect(running.sandbox.inbox.all()).toEqual([]);
    expect(running.sandbox.vk.requests()).toBe(1);
  });

  it('has a case for every code of the table', () => {
    // 96 codes of the table, and two that no table has.
    expect(new Set(cases.map(({ code }) => code)).size).toBe(98);
  });

  it('is quoted, but not in full', async () => {
    const words = `Begin ${'x'.repeat(100_000)}`;
    running.sandbox.vk.refuse({ error_code: 100, error_msg: words });
    const { message } = await rejection(sendOne(messenger()));
    expect(message).toContain('Begin xxx');
    expect(message.length).toBeLessThan(450);
    running.sandbox.vk.refuse({ error_code: 14, error_msg: words, captcha_sid: words, captcha_img: words, redirect_uri: words });
    const captcha = await rejection(sendOne(messenger()));
    expect(captcha.message.length).toBeLessThan(2_500);
    for (const name of ['captchaSid', 'captchaImg', 'redirectUri']) expect(String(Reflect.get(captcha, name)).length).toBeLessThan(2_100);
    running.sandbox.vk.fail({ reply: { status: 200, body: { response: [{ peer_id: 12345, message_id: 0, error: words }] } } });
    expect((await rejection(sendOne(messenger(), 'peer:12345'))).message.length).toBeLessThan(450);
  });

  it('inside a successful response is an error too', async () => {
    const inside = (error: unknown) => ({ reply: { status: 200, body: { response: [{ peer_id: 12345, message_id: 0, error }] } } });
    running.sandbox.vk.fail(inside({ code: 901, description: "Can't send messages for users without permission" }));
    expect(await rejection(sendOne(messenger(), 'peer:12345'))).toMatchObject({ kind: 'permanent', code: 'vk_901', recipientGone: true });
    running.sandbox.vk.fail(inside({ code: 6, description: 'Too many' }));
    expect(await rejection(sendOne(messenger(), 'peer:12345'))).toMatchObject({ kind: 'transient', code: 'vk_6', scope: 'messenger' });
    running.sandbox.vk.fail(inside('Not today'));
    expect(await rejection(sendOne(messenger(), 'peer:12345'))).toMatchObject({
      kind: 'permanent',
      code: 'vk_recipient',
      message: 'VK refused the recipient: Not today',
    });
  });

  it('is not found in a list of recipients without errors', async () => {
    running.sandbox.vk.fail({ reply: { status: 200, body: { response: [{ peer_id: 12345, message_id: 77 }] } } });
    expect(await sendOne(messenger(), 'peer:12345')).toEqual({ providerId: 'peer:12345_77' });
  });
});

describe('a reply that is not from VK', () => {
  it.each([
    ['an empty page', ''],
    ['HTML', '<html>Hello</html>'],
    ['a number', 7],
    ['null', null],
    ['an empty object', {}],
    ['an error without a code', { error: { error_msg: 'Words' } }],
    ['an error whose code is not a number', { error: { error_code: '5' } }],
    ['a response of null', { response: null }],
  ])('leaves the outcome unknown: %s', async (_, body) => {
    running.sandbox.vk.fail({ reply: { status: 200, body: typeof body === 'string' ? body : JSON.stringify(body) } });
    expect(await rejection(sendOne(messenger()))).toMatchObject({
      kind: 'unknown',
      code: 'vk_unreadable',
    });
  });

  it.each([
    [429, 'transient', 'http_429'],
    [503, 'transient', 'http_503'],
    [502, 'unknown', 'http_502'],
    [413, 'permanent', 'http_413'],
  ])('is mapped by its status: %i is %s', async (status, kind, code) => {
    running.sandbox.vk.fail({ reply: { status, body: '<html>nginx</html>', headers: { 'retry-after': '7' } } });
    const error = await rejection(sendOne(messenger()));
    expect(error).toMatchObject({ kind, code });
    if (kind === 'transient') expect(error.retryAfterMs).toBe(7_000);
  });
});

describe('a reply of a gateway', () => {
  it.each([300, 302, 304, 307, 400, 401, 403, 404, 407, 410])('is a configuration error: %i', async (status) => {
    running.sandbox.vk.fail({ reply: { status, body: '<html>Log in first</html>', headers: { location: 'http://login.example.com/' } } });
    expect(await rejection(sendOne(messenger()))).toMatchObject({
      kind: 'configuration',
      code: 'vk_gateway',
      message: expect.stringContaining(`VK answered ${status}, but not with a reply of its API`),
    });
  });

  it('is quoted, but not in full', async () => {
    running.sandbox.vk.fail({ reply: { status: 404, body: `<h1>Not Found</h1>${'x'.repeat(10_000)}` } });
    const { message } = await rejection(sendOne(messenger()));
    expect(message).toContain('<h1>Not Found</h1>');
    expect(message.length).toBeLessThan(450);
  });

  it('is not assumed when VK itself refuses with such a status', async () => {
    running.sandbox.vk.fail({ reply: { status: 401, body: { error: { error_code: 901, error_msg: 'No' } } } });
    expect(await rejection(sendOne(messenger(), 'peer:12345'))).toMatchObject({ kind: 'permanent', code: 'vk_901' });
  });
});

describe('a broken connection', () => {
  it.each(methods)('during %s leaves the outcome unknown', async (method) => {
    running.sandbox.vk.fail({ at: 'taken', drop: true });
    expect(await rejection(sendOne(messenger(), addressFor[method]))).toMatchObject({ kind: 'unknown', code: 'http_interrupted' });
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('is transient when nothing listens', async () => {
    const nowhere = vk({ ...running.sandbox.vk.options, apiRoot: 'http://127.0.0.1:1' });
    expect(await rejection(sendOne(nowhere))).toMatchObject({ kind: 'transient', code: 'http_connection' });
  });

  it('does not affect the next send', async () => {
    running.sandbox.vk.fail({ drop: true });
    await withSession(messenger(), async (session) => {
      await rejection(session.send(delivery('12345'), never()));
      await session.send(delivery('12346'), never());
    });
    expect(running.sandbox.inbox.to('12346')).toHaveLength(1);
  });
});

describe('a token', () => {
  const as = (kind: 'community' | 'narrow') => vk({ ...running.sandbox.vk.options, accessToken: running.sandbox.vk.tokens[kind] });

  it('of a community can send messages and cannot post', async () => {
    expect(await rejection(sendOne(as('community'), '-12345'))).toMatchObject({ kind: 'configuration', code: 'vk_27' });
    await sendOne(as('community'), 'peer:12345');
    expect(running.sandbox.inbox.all().map(({ address }) => address)).toEqual(['peer:12345']);
  });

  it('without rights is a configuration error, not a fault of the recipient', async () => {
    for (const address of ['-12345', 'peer:12345']) {
      expect(await rejection(sendOne(as('narrow'), address))).toMatchObject({ kind: 'configuration', code: 'vk_15' });
    }
  });

  it('that is wrong is a configuration error', async () => {
    const wrong = vk({ ...running.sandbox.vk.options, accessToken: 'vk1.a.somebody-elses-token' });
    expect(await rejection(sendOne(wrong))).toMatchObject({ kind: 'configuration', code: 'vk_5' });
  });

  it('with too many requests pauses the whole messenger for a second', async () => {
    running.sandbox.vk.limit({ count: 1, perMs: 60_000 });
    await sendOne(messenger());
    expect(await rejection(sendOne(messenger()))).toMatchObject({
      kind: 'transient',
      code: 'vk_6',
      scope: 'messenger',
      retryAfterMs: 1_000,
    });
  });
});
