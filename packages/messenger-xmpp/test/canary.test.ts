import { createSitemessage, type SitemessageEvent } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { fakeRuntime, findSecret } from '@sitemessage/core/testing';
import { delivery, rejection, sandboxed, traces } from '@sitemessage/test-support';
import { startHttpProxy, startSocks5 } from '@sitemessage/test-support/proxies';
import { describe, expect, it } from 'vitest';
import { type XmppOptions, xmpp } from '../src/index.ts';

const running = sandboxed('xmpp');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const tracesOf = (options: XmppOptions) => traces(xmpp(options), delivery('ann@example.com'));
const password = 'c@nary/p:ss%word<&>';

/** Returns every form of a secret that a server might repeat. */
const echoes = (secret: string): readonly string[] => [secret, base64(secret), base64(`\0sandbox\0${secret}`), encodeURIComponent(secret)];

describe('a password', () => {
  it('that the server repeats in its refusal is never shown', async () => {
    for (const echo of echoes(password)) {
      running.sandbox.xmpp.fail({ at: 'auth', sasl: 'not-authorized', text: `${echo} is wrong` });
      const left = await tracesOf({ ...running.sandbox.xmpp.options, password });
      expect(left.at(-1)).toMatchObject({ code: 'xmpp_login_refused', message: expect.stringMatching(/ is wrong$/) });
      expect(findSecret(left, [password])).toBeUndefined();
    }
  });

  it('that works is never shown', async () => {
    const { options } = running.sandbox.xmpp;
    expect(findSecret(await tracesOf(options), [options.password])).toBeUndefined();
  });

  it('is redacted in errors about a message, a session and the stream', async () => {
    const { options } = running.sandbox.xmpp;
    for (const text of echoes(options.password)) {
      for (const fault of [
        { at: 'message', error: { type: 'cancel', condition: 'not-allowed', text } },
        { at: 'message', error: { type: 'cancel', condition: 'gone', movedTo: text } },
        { at: 'message', error: { type: 'wait', condition: 'resource-constraint', text } },
        { at: 'bind', error: { type: 'cancel', condition: 'not-allowed', text } },
        { at: 'connect', stream: 'host-unknown', text },
        { at: 'message', stream: 'policy-violation', text },
        { at: 'taken', stream: 'system-shutdown', text },
      ] as const) {
        running.sandbox.xmpp.fail(fault);
        const left = await tracesOf(options);
        expect(left.at(-1)).toBeInstanceOf(Error);
        expect(findSecret(left, [options.password])).toBeUndefined();
      }
    }
  });

  it.each([
    ['socks5', startSocks5],
    ['http', startHttpProxy],
  ] as const)('of a %s proxy is never shown, in every failure', async (protocol, start) => {
    const login = { user: 'team', password };
    const at = (port: number): string => `${protocol}://team:${encodeURIComponent(password)}@127.0.0.1:${port}`;
    const { options, ports } = running.sandbox.xmpp;
    const names = { '127.0.0.1': ports.starttls };
    const left: unknown[] = [];
    let port: number;
    {
      await using right = await start({ login, names });
      await using wrong = await start({ login: { ...login, password: 'another' }, names });
      await using lost = await start({ login, names: {} });
      for (const proxy of [right, wrong, lost]) left.push(await tracesOf({ ...options, proxy: at(proxy.port) }));
      running.sandbox.xmpp.fail({ at: 'message', error: { type: 'cancel', condition: 'not-allowed', text: base64(`team:${password}`) } });
      left.push(await tracesOf({ ...options, proxy: at(right.port) }));
      port = right.port;
    }
    left.push(await tracesOf({ ...options, proxy: at(port) }));
    expect(left.flat().filter((trace) => trace instanceof Error)).toHaveLength(4);
    expect(findSecret(left, [password, options.password])).toBeUndefined();
  });
});

describe('a site', () => {
  it('has no password in any event, result, record or error', async () => {
    const { options } = running.sandbox.xmpp;
    const runtime = fakeRuntime();
    const site = createSitemessage({
      runtime,
      storage: memoryStorage({ runtime }),
      messengers: [xmpp(options), xmpp({ ...options, password, alias: 'wrong' })],
    });
    const events: SitemessageEvent[] = [];
    site.onEvent((event) => events.push(event));
    const errors = [
      { type: 'cancel', condition: 'item-not-found', text: options.password },
      { type: 'wait', condition: 'recipient-unavailable', text: options.password },
    ] as const;
    for (const [index, error] of errors.entries()) running.sandbox.xmpp.fail({ at: 'message', error, to: `r${index}@example.com` });
    running.sandbox.xmpp.fail({ at: 'auth', sasl: 'not-authorized', text: `${password} is wrong` });
    await site.scheduleMessages('Hello', [
      site.recipients('wrong', 'ann@example.com'),
      site.recipients('xmpp', ['r0@example.com', 'r1@example.com', 'r2@example.com']),
    ]);
    const left: unknown[] = [await site.sendScheduledMessages({ messengers: ['wrong'] })];
    left.push(await site.sendScheduledMessages({ messengers: ['xmpp'] }));
    left.push(await rejection(site.sendTestMessage('wrong', 'ann@example.com')));
    for await (const dispatch of site.list()) left.push(dispatch, await site.find(dispatch.id));
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['scheduled', 'sent', 'error', 'failed', 'suppressed', 'paused', 'released']),
    );
    expect(findSecret([...left, ...events, site], [options.password, password])).toBeUndefined();
    await site.close();
  });
});
