import { createSitemessage, type SitemessageEvent } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { fakeRuntime, findSecret } from '@sitemessage/core/testing';
import type { HttpFault } from '@sitemessage/sandbox';
import { delivery, rejection, sandboxed, startRecordingServer, traces, whileTimePasses } from '@sitemessage/test-support';
import { startHttpProxy, startSocks5 } from '@sitemessage/test-support/proxies';
import { describe, expect, it } from 'vitest';
import { type VkOptions, vk } from '../src/index.ts';
import { cases } from './error-table.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('vk');
const password = 'c@nary/p:ss%word';

const tracesOf = (options: VkOptions, address = '12345') => traces(vk(options), delivery(address));

describe('the access token', () => {
  it('is in every error of VK, and in none of ours', async () => {
    const { options } = running.sandbox.vk;
    const { accessToken } = options;
    const response = await fetch(`${options.apiRoot}/method/wall.post`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
      body: new URLSearchParams({ v: '5.199' }),
    });
    expect(await response.text()).toContain(accessToken);
    for (const code of new Set(cases.map(({ code }) => code))) {
      running.sandbox.vk.refuse({
        error_code: code,
        error_msg: `${accessToken} and ${encodeURIComponent(accessToken)}: you can only add 5 posts a day`,
      });
      const left = await tracesOf(options);
      expect(left.at(-1)).toMatchObject({ code: `vk_${code}`, message: expect.stringContaining('[redacted] and [redacted]') });
      expect(findSecret(left, [accessToken])).toBeUndefined();
    }
  });

  const echoes: readonly (readonly [string, (token: string) => HttpFault])[] = [
    ['a page of a gateway', (token) => ({ reply: { status: 502, body: `<html>${token}</html>` } })],
    ['a refusal of a gateway', (token) => ({ reply: { status: 403, body: token } })],
    ['a reply that is not JSON', (token) => ({ reply: { status: 200, body: `{"error": "${token}` } })],
    ['a reply that is not from VK', (token) => ({ reply: { status: 200, body: { said: token } } })],
    ['a broken connection', () => ({ at: 'taken', drop: true })],
    ['a connection that breaks early', () => ({ at: 'head', drop: true })],
    [
      'an error of a recipient',
      (token) => ({ reply: { status: 200, body: { response: [{ peer_id: 1, error: { code: 901, description: token } }] } } }),
    ],
    [
      'an error of a recipient without a number',
      (token) => ({ reply: { status: 200, body: { response: [{ peer_id: 1, error: token }] } } }),
    ],
  ];

  it.each(echoes)('is not shown by the error for %s', async (_, faultFor) => {
    const { options } = running.sandbox.vk;
    running.sandbox.vk.fail(faultFor(options.accessToken));
    const left = await tracesOf(options, 'peer:1');
    expect(left.at(-1)).toBeInstanceOf(Error);
    expect(findSecret(left, [options.accessToken])).toBeUndefined();
  });

  it('is not shown when it works', async () => {
    const { options } = running.sandbox.vk;
    const left = await tracesOf(options);
    expect(left.at(-1)).toEqual({ providerId: '12345_1' });
    expect(findSecret(left, [options.accessToken])).toBeUndefined();
  });

  it('is not sent to the target of a redirect', async () => {
    await using elsewhere = await startRecordingServer({ response: 7 });
    running.sandbox.vk.fail({ reply: { status: 302, headers: { location: `${elsewhere.url}/method/wall.post` } } });
    await rejection(sendOne(vk(running.sandbox.vk.options)));
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('the password of a proxy', () => {
  it.each([
    ['socks5', startSocks5],
    ['http', startHttpProxy],
  ] as const)('of the protocol %s is never shown', async (protocol, start) => {
    const { options } = running.sandbox.vk;
    const login = { user: 'team', password };
    const names = { 'api.vk.test': Number(new URL(options.apiRoot).port) };
    const through = (port: number): VkOptions => ({
      ...options,
      apiRoot: 'http://api.vk.test',
      proxy: `${protocol}://team:${encodeURIComponent(password)}@127.0.0.1:${port}`,
    });
    const left: (readonly unknown[])[] = [];
    let port: number;
    {
      await using right = await start({ login, names });
      await using wrong = await start({ login: { ...login, password: 'another' }, names });
      await using lost = await start({ login, names: {} });
      for (const proxy of [right, wrong, lost]) left.push(await tracesOf(through(proxy.port)));
      running.sandbox.vk.refuse({ error_code: 900, error_msg: password });
      left.push(await tracesOf(through(right.port)));
      port = right.port;
    }
    left.push(await tracesOf(through(port)));
    expect(left.map((one) => (one.at(-1) as { code?: string }).code)).toEqual([
      undefined,
      'proxy_refused',
      'http_connection',
      'vk_900',
      'proxy_unreachable',
    ]);
    expect(running.sandbox.inbox.all()).toHaveLength(1);
    expect(findSecret(left, [options.accessToken])).toBeUndefined();
    // The fourth error quotes the words of VK, which only this test makes equal to the password.
    expect(findSecret([...left.slice(0, 3), ...left.slice(4)], [password])).toBeUndefined();
  });
});

describe('a site', () => {
  it('shows no token in any event, result, record or error', async () => {
    const { options, tokens } = running.sandbox.vk;
    const runtime = fakeRuntime();
    const site = createSitemessage({
      runtime,
      storage: memoryStorage({ runtime }),
      messengers: [vk({ ...options, requestsPerSecond: 1_000 }), vk({ ...options, accessToken: tokens.narrow, alias: 'wrong' })],
    });
    const events: SitemessageEvent[] = [];
    site.onEvent((event) => events.push(event));
    for (const error_code of [900, 10, 6]) running.sandbox.vk.refuse({ error_code, error_msg: `Refused: ${options.accessToken}` });
    const left: unknown[] = [];
    const sendAll = async (): Promise<void> => {
      for (let round = 0; round < 3; round += 1) {
        left.push(await whileTimePasses(runtime, site.sendScheduledMessages({ messengers: ['vk'] })));
        await runtime.advance(60_000);
      }
    };
    await site.scheduleMessages('Hello', [site.recipients('wrong', 1), site.recipients('vk', [1, 2, 3, 4, 5])]);
    await sendAll();
    running.sandbox.vk.fail({ at: 'taken', drop: true });
    await site.scheduleMessages('Hello again', site.recipients('vk', 1));
    await sendAll();
    left.push(await site.sendScheduledMessages({ messengers: ['wrong'] }));
    left.push(await rejection(site.sendTestMessage('wrong', 1)));
    for await (const dispatch of site.list()) left.push(dispatch, await site.find(dispatch.id));
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['suppressed', 'scheduled', 'sent', 'error', 'failed', 'deferred', 'paused', 'released']),
    );
    expect(findSecret([...left, ...events, site], [options.accessToken, tokens.narrow])).toBeUndefined();
    await site.close();
  });
});
