import { createSitemessage, type SitemessageEvent, sendTestMessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { findSecret } from '@sitemessage/core/testing';
import type { HttpFault } from '@sitemessage/sandbox';
import { delivery, rejection, sandboxed, traces } from '@sitemessage/test-support';
import { startHttpProxy, startSocks5 } from '@sitemessage/test-support/proxies';
import { describe, expect, it } from 'vitest';
import { getChatIds, getMe, getUpdates, type TelegramOptions, telegram } from '../src/index.ts';

const running = sandboxed('telegram');
const password = 'c@nary/p:ss%word';
/** The token, and its part after the colon, which is a secret by itself. */
const secrets = () => {
  const { token } = running.sandbox.telegram.options;
  return [token, token.slice(token.indexOf(':') + 1), password];
};

const tracesOf = (options: TelegramOptions, content: object = {}) => traces(telegram(options), delivery('12345678', content));

/** Words with the token in the spellings that a server can repeat. */
const echoes = (): readonly string[] => {
  const { token, apiRoot } = running.sandbox.telegram.options;
  const url = `${apiRoot}/bot${token}/sendMessage`;
  return [
    url,
    token,
    token.slice(token.indexOf(':') + 1),
    encodeURIComponent(url),
    Buffer.from(url).toString('base64'),
    JSON.stringify({ url }),
  ];
};

describe('the token', () => {
  it.each([200, 301, 400, 401, 403, 404, 409, 413, 421, 429, 500, 502, 503])(
    'that a page of status %i repeats is never shown',
    async (status) => {
      for (const echo of echoes()) {
        running.sandbox.telegram.fail({ reply: { status, body: `<html>No: ${echo} is wrong</html>` } });
        const left = await tracesOf(running.sandbox.telegram.options);
        expect(left.at(-1)).toBeInstanceOf(Error);
        expect(findSecret(left, secrets())).toBeUndefined();
      }
    },
  );

  it.each([400, 401, 403, 404, 409, 421, 429, 500, 502])('that the Bot API repeats in a %i is never shown', async (error_code) => {
    for (const echo of echoes()) {
      running.sandbox.telegram.refuse({ error_code, description: `Refused: ${echo} is wrong` });
      const left = await tracesOf(running.sandbox.telegram.options);
      expect(left.at(-1)).toHaveProperty('message', expect.stringContaining('is wrong'));
      expect(findSecret(left, secrets())).toBeUndefined();
    }
  });

  it('is not shown in part when a long reply is truncated', async () => {
    const { token, options } = { token: running.sandbox.telegram.options.token, options: running.sandbox.telegram.options };
    for (let before = 200 - token.length; before < 320; before += 5) {
      running.sandbox.telegram.fail({ reply: { status: 502, body: `${'x'.repeat(before)}${token}` } });
      expect(findSecret(await tracesOf(options), [token.slice(0, 16), token.slice(10, 22)])).toBeUndefined();
      running.sandbox.telegram.refuse({ error_code: 400, description: `${'x'.repeat(before)}${token}` });
      expect(findSecret(await tracesOf(options), [token.slice(0, 16), token.slice(10, 22)])).toBeUndefined();
    }
  });

  it.each(['head', 'request', 'taken'] as const)('is never shown when the connection breaks at %s', async (at) => {
    running.sandbox.telegram.fail({ at, drop: true });
    const left = await tracesOf(running.sandbox.telegram.options);
    expect(left.at(-1)).toMatchObject({ kind: 'unknown' });
    expect(findSecret(left, secrets())).toBeUndefined();
  });

  it.each(['head', 'request', 'taken'] as const)('is never shown when there is silence at %s', async (at) => {
    running.sandbox.telegram.fail({ at, silent: true });
    const messenger = telegram({ ...running.sandbox.telegram.options, timeoutMs: 50 });
    const error = await rejection(sendTestMessage(messenger, 7));
    expect(error).toMatchObject({ kind: 'unknown' });
    expect(findSecret([messenger, error], secrets())).toBeUndefined();
  });

  it('is never shown when nothing listens, when it is wrong, or when it works', async () => {
    const { options } = running.sandbox.telegram;
    const wrong = { ...options, token: `${options.token}-and-more` };
    for (const one of [options, wrong, { ...options, apiRoot: 'http://127.0.0.1:1' }, { ...options, apiRoot: 'http://nowhere.invalid' }]) {
      expect(findSecret(await tracesOf(one), [...secrets(), wrong.token])).toBeUndefined();
    }
  });

  it('is never shown by a refused photo or by failed parts', async () => {
    const photo = { filename: 'a.png', content: new Uint8Array([1]) };
    for (const [content, options] of [
      [{ telegram: { photo } }, {}],
      [{ text: 'x'.repeat(9_000) }, { onTooLong: 'split' }],
    ] as const) {
      running.sandbox.telegram.fail({ delayMs: 0 });
      running.sandbox.telegram.fail({ reply: { status: 502, body: echoes()[0] } });
      running.sandbox.telegram.fail({ reply: { status: 502, body: echoes()[0] } });
      const left = [await tracesOf({ ...running.sandbox.telegram.options, ...options }, content)];
      left.push(await tracesOf({ ...running.sandbox.telegram.options, ...options }, content));
      expect(left.flat().filter((trace) => trace instanceof Error).length).toBeGreaterThan(0);
      expect(findSecret(left, secrets())).toBeUndefined();
    }
  });

  it('is never shown by the functions for updates', async () => {
    for (const ask of [getMe, getUpdates, getChatIds]) {
      running.sandbox.telegram.fail({ reply: { status: 502, body: echoes()[0] } });
      running.sandbox.telegram.refuse({ error_code: 401, description: String(echoes()[0]) });
      running.sandbox.telegram.fail({ drop: true });
      for (let times = 0; times < 3; times += 1) {
        expect(findSecret(await rejection(ask(running.sandbox.telegram.options)), secrets())).toBeUndefined();
      }
    }
  });
});

describe.each([
  ['socks5', startSocks5],
  ['http', startHttpProxy],
] as const)('the password of a %s proxy', (protocol, start) => {
  const login = { user: 'team', password };
  const at = (port: number): string => `${protocol}://team:${encodeURIComponent(password)}@127.0.0.1:${port}`;

  it('is never shown', async () => {
    const { options } = running.sandbox.telegram;
    const names = { 'api.example': Number(new URL(options.apiRoot).port) };
    const through = (port: number) => tracesOf({ ...options, apiRoot: 'http://api.example', proxy: at(port) });
    const left: (readonly unknown[])[] = [];
    let port: number;
    {
      await using right = await start({ login, names });
      await using wrong = await start({ login: { ...login, password: 'another' }, names });
      await using lost = await start({ login, names: {} });
      for (const proxy of [right, wrong, lost]) left.push(await through(proxy.port));
      running.sandbox.telegram.refuse({ error_code: 400, description: 'Bad Request: no' });
      left.push(await through(right.port));
      expect(right.wanted()).toEqual(['api.example:80', 'api.example:80']);
      port = right.port;
    }
    left.push(await through(port));
    expect(left.map((trace) => Reflect.get(Object(trace.findLast((one) => one instanceof Error)), 'code'))).toEqual([
      undefined,
      'proxy_refused',
      'http_connection',
      'telegram_refused',
      'proxy_unreachable',
    ]);
    expect(findSecret(left, secrets())).toBeUndefined();
  });
});

describe('a site', () => {
  it('shows no token in any event, result, record or error', async () => {
    const { options } = running.sandbox.telegram;
    const [url = ''] = echoes();
    const storage = memoryStorage();
    const site = createSitemessage({
      storage,
      messengers: [telegram(options), telegram({ ...options, alias: 'impatient', timeoutMs: 50 })],
    });
    const events: SitemessageEvent[] = [];
    site.onEvent((event) => events.push(event));
    const left: unknown[] = [site];
    const faults: readonly HttpFault[] = [
      { reply: { status: 502, body: url } },
      { reply: { status: 403, body: { ok: false, error_code: 403, description: url } } },
      { reply: { status: 500, body: { ok: false, error_code: 500, description: url } } },
      { drop: true },
      { at: 'taken', reply: { status: 200, body: { ok: true, result: { chat: { id: url }, message_id: 1 } } } },
    ];
    for (const fault of faults) running.sandbox.telegram.fail(fault);
    await site.scheduleMessages('Hi', site.recipients('telegram', [1, 2, 3, 4, 5, 6]));
    left.push(await site.sendScheduledMessages({ messengers: ['telegram'] }));
    running.sandbox.telegram.fail({ silent: true });
    await site.scheduleMessages('Hi', site.recipients('impatient', 7));
    left.push(await site.sendScheduledMessages({ messengers: ['impatient'] }));
    running.sandbox.telegram.fail({ reply: { status: 401, body: url } });
    left.push(await rejection(site.sendTestMessage('telegram', 1)));
    for await (const dispatch of site.list()) left.push(dispatch, await site.find(dispatch.id));
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['scheduled', 'sent', 'error', 'failed']));
    expect(findSecret([...left, ...events], secrets())).toBeUndefined();
    await site.close();
  });
});
