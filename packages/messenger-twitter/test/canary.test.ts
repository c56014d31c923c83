import { createSitemessage, type SitemessageEvent } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { fakeRuntime, findSecret } from '@sitemessage/core/testing';
import type { HttpFault, TwitterError } from '@sitemessage/sandbox';
import { delivery, never, rejection, sandboxed, startRecordingServer, whileTimePasses } from '@sitemessage/test-support';
import { startHttpProxy, startSocks5 } from '@sitemessage/test-support/proxies';
import { describe, expect, it } from 'vitest';
import { type TwitterOptions, type TwitterToken, twitter } from '../src/index.ts';
import { cases } from './error-table.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('twitter');
const password = 'c@nary/p:ss%word';

/** Options for both logins, and their secrets. */
const logins = ['OAuth 1.0a', 'OAuth 2.0'] as const;
function login(kind: (typeof logins)[number]): { readonly options: TwitterOptions; readonly secrets: readonly string[] } {
  const { options, oauth2 } = running.sandbox.twitter;
  if (kind === 'OAuth 1.0a') {
    const { appKey, appSecret, accessToken, accessSecret } = options;
    return { options, secrets: [appKey, appSecret, accessToken, accessSecret] };
  }
  const user = oauth2();
  const { clientSecret = '', accessToken, refreshToken } = user.oauth2;
  return { options: user, secrets: [clientSecret, accessToken, refreshToken] };
}

/**
 * Sends once. Returns everything that could show a secret: the messenger, the session, and the error or the
 * receipt.
 */
async function traces(options: TwitterOptions, content: object = {}): Promise<readonly unknown[]> {
  const messenger = twitter(options);
  const left: unknown[] = [messenger, messenger.open];
  try {
    const session = await messenger.open(never());
    left.push(session);
    try {
      left.push(await session.send(delivery('@ann', content), never()));
    } finally {
      await session.close?.();
      left.push(session);
    }
  } catch (error) {
    left.push(error);
  }
  return left;
}

const spell = (secret: string): string => [secret, encodeURIComponent(secret), Buffer.from(`x${secret}`).toString('base64')].join(' ');

describe.each(logins)('the secrets of %s', (kind) => {
  it('are redacted wherever an error of X repeats them', async () => {
    const { options, secrets } = login(kind);
    for (const { error } of cases) {
      // Each text field of X's errors holds a secret.
      for (const secret of secrets) {
        const words: TwitterError = {
          ...error,
          title: `${error.title ?? ''} ${secret}`,
          detail: `${error.detail ?? ''} ${spell(secret).slice(0, 250)}`,
        };
        const errors = error.errors?.map((one) => ({ ...one, message: `${one.message} ${secret}` }));
        // New tokens would recover from a single 401.
        running.sandbox.twitter.refuse({ ...words, ...(errors && { errors }) }, { times: error.status === 401 ? 2 : 1, method: 'tweets' });
        const left = await traces(options);
        expect(left.some((trace) => trace instanceof Error)).toBe(true);
        expect(findSecret(left, secrets)).toBeUndefined();
        running.sandbox.twitter.heal();
      }
    }
  });

  it('are redacted before the error is truncated, so that no half of one is left', async () => {
    const { options, secrets } = login(kind);
    for (const secret of secrets) {
      for (let before = 300 - secret.length; before < 300; before += 7) {
        running.sandbox.twitter.refuse({ status: 403, detail: `${'x'.repeat(before)}${secret}` });
        const { message } = await rejection(sendOne(twitter(options)));
        expect(message).not.toContain(`x${secret.slice(0, 4)}`);
      }
    }
  });

  const echoes: readonly (readonly [string, (words: string) => HttpFault])[] = [
    ['a page of a gateway', (words) => ({ reply: { status: 502, body: `<html>${words}</html>` } })],
    ['a refusal of a gateway', (words) => ({ reply: { status: 403, body: words } })],
    ['a problem', (words) => ({ reply: { status: 400, body: { title: words, detail: words, type: words } } })],
    ['a reply that is not JSON', (words) => ({ reply: { status: 201, body: `{"data": "${words}` } })],
    ['a reply without an id', (words) => ({ reply: { status: 201, body: { said: words } } })],
    ['a redirection', (words) => ({ reply: { status: 302, headers: { location: `https://example.com/?${words.split(' ')[0]}` } } })],
    ['a limit', (words) => ({ reply: { status: 429, headers: { 'x-rate-limit-reset': words.split(' ')[0] ?? '' }, body: words } })],
    ['a broken connection', () => ({ at: 'taken', drop: true })],
    ['a connection that breaks early', () => ({ at: 'head', drop: true })],
  ];
  it.each(echoes)('are not shown by the error for %s', async (_, faultFor) => {
    const { options, secrets } = login(kind);
    for (const secret of secrets) {
      running.sandbox.twitter.fail(faultFor(spell(secret)));
      const left = await traces(options);
      expect(left.some((trace) => trace instanceof Error)).toBe(true);
      expect(findSecret(left, secrets)).toBeUndefined();
    }
  });

  it('are not shown by an upload or a thread that fails', async () => {
    const { options, secrets } = login(kind);
    const attachments = [{ filename: 'a.mp4', content: 'MP4' }];
    for (const method of ['initialize', 'append', 'finalize', 'upload', 'tweets']) {
      for (const fault of [{ drop: true } as const, { reply: { status: 500, body: { title: secrets.join(' ') } } }]) {
        running.sandbox.twitter.fail({ ...fault, method });
        const left = await traces(options, { attachments });
        expect(left.some((trace) => trace instanceof Error)).toBe(true);
        expect(findSecret(left, secrets)).toBeUndefined();
      }
    }
    running.sandbox.twitter.fail({ delayMs: 0 });
    running.sandbox.twitter.refuse({ status: 403, detail: secrets.join(' ') });
    const left = await traces({ ...options, onTooLong: 'thread' }, { text: 'word '.repeat(100) });
    expect(left.some((trace) => trace instanceof Error && trace.message.includes('1 of 2 posts'))).toBe(true);
    expect(findSecret(left, secrets)).toBeUndefined();
  });

  it('are not shown when a send succeeds, or when X cannot be reached', async () => {
    const { options, secrets } = login(kind);
    const left = [await traces(options), await traces({ ...options, apiRoot: 'http://127.0.0.1:1' })];
    expect(left[0]).toContainEqual({ providerId: expect.any(String) });
    expect(findSecret(left, secrets)).toBeUndefined();
    // Network errors quote the host name, in lower case.
    const named = await Promise.all(secrets.map((secret) => traces({ ...options, apiRoot: `http://${secret}.invalid` })));
    const shown = secrets.map((secret) => secret.toLowerCase());
    expect(findSecret(named, shown)).toBeUndefined();
  });

  it('are not sent to the target of a redirect', async () => {
    await using elsewhere = await startRecordingServer({ data: { id: '7' } });
    const { options } = login(kind);
    running.sandbox.twitter.fail({ reply: { status: 307, headers: { location: `${elsewhere.url}/2/tweets` } } });
    await rejection(sendOne(twitter(options)));
    expect(elsewhere.requests).toEqual([]);
  });
});

describe('new tokens', () => {
  it('and former tokens are shown by no later error', async () => {
    const { options, secrets } = login('OAuth 2.0');
    const stored: TwitterToken[] = [];
    const { oauth2 } = options as Required<Pick<TwitterOptions, 'oauth2'>>;
    const messenger = twitter({
      ...options,
      oauth2: { ...oauth2, onToken: (token: TwitterToken) => void stored.push(token) },
    } as TwitterOptions);
    const left: unknown[] = [messenger];
    const session = await messenger.open(never());
    for (let turn = 0; turn < 10; turn += 1) {
      running.sandbox.twitter.expireTokens();
      left.push(await session.send(delivery(''), never()));
    }
    const kept = [...secrets, ...stored.flatMap((token) => Object.values(token))];
    expect(kept).toHaveLength(23);
    const next = await messenger.open(never());
    for (const secret of kept) {
      for (const one of [session, next]) {
        running.sandbox.twitter.refuse({ status: 403, detail: spell(secret) });
        left.push(await rejection(one.send(delivery(''), never())));
        running.sandbox.twitter.fail({ reply: { status: 502, body: spell(secret) } });
        left.push(await rejection(one.send(delivery(''), never())));
      }
    }
    await session.close?.();
    await next.close?.();
    left.push(session, next);
    expect(findSecret(left, kept)).toBeUndefined();
  });

  it('in an unreadable reply are shown by no error, although they are not known as secrets yet', async () => {
    const { options, secrets } = login('OAuth 2.0');
    const unknown = ['canary-access-token', 'canary-refresh-token'];
    running.sandbox.twitter.expireTokens();
    const left: unknown[] = [];
    for (const body of [
      `{"access_token":"${unknown[0]}","refresh_token":"${unknown[1]}`,
      { access_token: unknown[0], token: unknown[1] },
    ]) {
      running.sandbox.twitter.fail({ reply: { status: 200, body }, method: 'token' });
      left.push(await traces(options));
    }
    running.sandbox.twitter.refuse({ status: 400, error: 'invalid_request', error_description: secrets.join(' ') }, { method: 'token' });
    left.push(await traces(options));
    expect(left.flat().filter((trace) => trace instanceof Error)).toHaveLength(3);
    expect(findSecret(left, [...secrets, ...unknown])).toBeUndefined();
  });
});

describe('the password of a proxy', () => {
  it.each([
    ['socks5', startSocks5],
    ['http', startHttpProxy],
  ] as const)('of the protocol %s is never shown, also when a refresh fails', async (protocol, start) => {
    const user = { user: 'team', password };
    const names = { 'api.x.test': Number(new URL(running.sandbox.twitter.options.apiRoot).port) };
    const through = (port: number) => ({
      apiRoot: 'http://api.x.test',
      proxy: `${protocol}://team:${encodeURIComponent(password)}@127.0.0.1:${port}`,
    });
    const [first, second] = logins.map(login);
    const left: (readonly unknown[])[] = [];
    let port: number;
    {
      await using right = await start({ login: user, names });
      await using wrong = await start({ login: { ...user, password: 'another' }, names });
      await using lost = await start({ login: user, names: {} });
      for (const one of [first, second]) {
        for (const proxy of [right, wrong, lost]) left.push(await traces({ ...one?.options, ...through(proxy.port) } as TwitterOptions));
      }
      running.sandbox.twitter.refuse({ status: 400, title: 'No' });
      left.push(await traces({ ...first?.options, ...through(right.port) } as TwitterOptions));
      running.sandbox.twitter.expireTokens();
      left.push(await traces({ ...second?.options, ...through(right.port) } as TwitterOptions, { text: 'Renewed' }));
      port = right.port;
    }
    left.push(await traces({ ...first?.options, ...through(port) } as TwitterOptions));
    expect(left.map((trace) => (trace.findLast((one) => one instanceof Error) as { code?: string } | undefined)?.code)).toEqual([
      undefined,
      'proxy_refused',
      'http_connection',
      undefined,
      'proxy_refused',
      'http_connection',
      'twitter_invalid',
      undefined,
      'proxy_unreachable',
    ]);
    expect(running.sandbox.inbox.all()).toHaveLength(3);
    expect(findSecret(left, [...(first?.secrets ?? []), ...(second?.secrets ?? []), password])).toBeUndefined();
  });
});

describe('a site', () => {
  it('shows no secret in any event, result, record or error', async () => {
    const runtime = fakeRuntime();
    const [first, second] = logins.map(login);
    const secrets = [...(first?.secrets ?? []), ...(second?.secrets ?? [])];
    const site = createSitemessage({
      runtime,
      storage: memoryStorage({ runtime }),
      messengers: [
        twitter(first?.options as TwitterOptions),
        twitter({ ...(second?.options as TwitterOptions), alias: 'second' }),
        twitter({ ...(first?.options as TwitterOptions), ...running.sandbox.twitter.tokens.readOnly, alias: 'wrong' } as TwitterOptions & {
          alias: 'wrong';
        }),
      ],
    });
    const events: SitemessageEvent[] = [];
    site.onEvent((event) => events.push(event));
    const left: unknown[] = [];
    const sendAll = async (alias: string): Promise<void> => {
      for (let round = 0; round < 3; round += 1) {
        left.push(await whileTimePasses(runtime, site.sendScheduledMessages({ messengers: [alias] })));
        await runtime.advance(600_000);
      }
    };
    const aliases = ['wrong', 'twitter', 'second'] as const;
    const texts = ['One', 'Two', 'Three', 'Four'];
    await site.scheduleMessages(
      texts,
      aliases.map((alias) => site.recipients(alias, '')),
    );
    for (const [alias, kept] of [
      ['twitter', first?.secrets],
      ['second', second?.secrets],
      ['wrong', []],
    ] as const) {
      const detail = kept?.join(' ').slice(0, 280) ?? '';
      for (const status of [400, 500, 429]) running.sandbox.twitter.refuse({ status, title: 'Refused', detail });
      await sendAll(alias);
      running.sandbox.twitter.heal();
    }
    running.sandbox.twitter.fail({ at: 'taken', drop: true });
    await site.scheduleMessages('Five', site.recipients('twitter', '@ann'));
    await sendAll('twitter');
    left.push(await rejection(site.sendTestMessage('wrong', '')));
    for await (const dispatch of site.list()) left.push(dispatch, await site.find(dispatch.id));
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['scheduled', 'sent', 'error', 'failed', 'deferred', 'paused', 'released']),
    );
    expect(findSecret([...left, ...events, site], [...secrets, ...Object.values(running.sandbox.twitter.tokens.readOnly)])).toBeUndefined();
    await site.close();
  });
});
