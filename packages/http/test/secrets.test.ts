import { redactor } from '@sitemessage/core';
import { findSecret } from '@sitemessage/core/testing';
import { certificate, closedPort, rejection, startRaw } from '@sitemessage/test-support';
import { startHttpProxy, startSocks5 } from '@sitemessage/test-support/proxies';
import { describe, expect, it, vi } from 'vitest';
import { opened } from './opened.ts';
import { type Answer, startProvider } from './provider.ts';

const token = '7000000001:AAE-c@nary/tok+en%';
const password = 'c@nary/p:ss%word';
const host = 'provider.internal';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Sends a request with the token in every place: the path, a header, the query, the body. */
async function failing(options: {
  readonly baseUrl: string;
  readonly proxy?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}) {
  using http = opened({
    baseUrl: `${options.baseUrl}/bot${encodeURIComponent(token)}`,
    proxy: options.proxy,
    timeoutMs: options.timeoutMs,
    secrets: [token],
  });
  return await rejection(
    http
      .post('send', {
        searchParams: { token },
        headers: { authorization: `Basic ${base64(`shop:${token}`)}`, 'x-token': token },
        json: { token },
        ...(options.signal && { signal: options.signal }),
      })
      .json(),
  );
}

/** Expects an error of core that has a message and shows no secret. */
function expectClean(error: Error): void {
  expect(error).toMatchObject({ kind: expect.any(String), code: expect.stringMatching(/^(http|proxy)_/) });
  expect(error.message.length).toBeGreaterThan(10);
  expect(findSecret(error, [token, password])).toBeUndefined();
}

describe('a token', () => {
  it('is found by `findSecret` in each spelling', () => {
    for (const form of [token, encodeURIComponent(token), JSON.stringify(token), base64(`shop:${token}`)]) {
      expect(findSecret(new Error('x', { cause: new Error(form) }), [token])).toBeDefined();
    }
  });

  const echoes: readonly (readonly [string, string])[] = [
    ['plainly', `No: ${token}`],
    ['percent-encoded', `No: ${encodeURIComponent(token)}`],
    ['as a path', `No: /bot${encodeURI(token)}`],
    ['in base64', `No: ${base64(`shop:${token}`)}`],
    ['in JSON', JSON.stringify({ error: token, deep: [{ [token]: 7 }] })],
    ...[270, 280, 290, 299].map((count) => [`where the words are cut, at ${count}`, `${'x'.repeat(count)}${token}`] as const),
    ...[270, 290].map(
      (count) => [`in base64 where the words are cut, at ${count}`, `${'x'.repeat(count)} ${base64(`shop:${token}`)}`] as const,
    ),
  ];

  it.each(echoes)('that a refusal repeats %s is redacted', async (_, body) => {
    for (const type of ['text/plain', 'application/json']) {
      for (const status of [400, 401, 429, 500, 502]) {
        await using provider = await startProvider((response) => response.writeHead(status, { 'content-type': type }).end(body));
        const error = await failing({ baseUrl: provider.url });
        expect(error).toMatchObject({ code: `http_${status}` });
        expectClean(error);
        // It shows no half of the token either.
        expect(error.message).not.toMatch(/7000000001/);
      }
    }
  });

  it.each(echoes.filter(([how]) => how !== 'in JSON'))('that a reply other than JSON repeats %s is redacted', async (_, body) => {
    await using provider = await startProvider((response) => response.end(body));
    const error = await failing({ baseUrl: provider.url });
    expect(error).toMatchObject({ code: 'http_unreadable' });
    expectClean(error);
    expect(error.message).not.toMatch(/7000000001/);
  });

  it('is not in the error of a redirect', async () => {
    const redirect: Answer = (response, { url }) =>
      response.writeHead(302, { location: `https://example.com${url}`, 'x-echo': token }).end();
    await using provider = await startProvider(redirect);
    expectClean(await failing({ baseUrl: provider.url }));
  });

  it('that a function adds later is redacted', async () => {
    const secrets = ['an earlier one'];
    await using provider = await startProvider((response) => response.writeHead(401).end(token));
    using http = opened({ baseUrl: provider.url, secrets: () => secrets });
    secrets.push(token);
    expect((await rejection(http.post('send'))).message).toBe('The server answered 401: [redacted]');
  });

  it('is not in the error of a connection', async () => {
    await using silent = await startRaw();
    await using broken = await startRaw((socket) => socket.once('data', (heard) => socket.end(heard)));
    await using untrusted = await startProvider(undefined, await certificate(['other.internal']));
    const stop = new AbortController();
    const aborted = failing({ baseUrl: `http://127.0.0.1:${silent.port}`, signal: stop.signal });
    await vi.waitUntil(() => silent.connections() === 1);
    stop.abort(new Error(`the reason is ${token}`));
    const errors = [
      await aborted,
      await failing({ baseUrl: `http://127.0.0.1:${await closedPort()}` }),
      await failing({ baseUrl: 'http://nobody.invalid' }),
      await failing({ baseUrl: `http://127.0.0.1:${silent.port}`, timeoutMs: 100 }),
      await failing({ baseUrl: `https://127.0.0.1:${silent.port}`, timeoutMs: 100 }),
      await failing({ baseUrl: `http://127.0.0.1:${broken.port}` }),
      await failing({ baseUrl: untrusted.url }),
      await failing({ baseUrl: untrusted.url, signal: AbortSignal.abort(token) }),
    ];
    expect(errors.map(({ code }) => code)).toEqual([
      'http_interrupted',
      'http_connection',
      'http_connection',
      'http_no_reply',
      'http_connection',
      'http_interrupted',
      'http_certificate',
      'http_aborted',
    ]);
    for (const error of errors) expectClean(error);
  });

  it.each(['a line\nbreak', 'a \u0001 control'])('that a header cannot carry, because of %j, is not in the error', async (bad) => {
    const broken = `${token}${bad}`;
    using http = opened({ baseUrl: 'http://127.0.0.1:1', secrets: [broken] });
    for (const send of [http, http.get, http.post, http.extend({ timeout: false }).post]) {
      const error = await rejection(() => send('send', { headers: { authorization: `Bearer ${broken}` } }));
      expect(error).toMatchObject({ kind: 'transient', code: 'http_request' });
      expect(findSecret(error, [broken, token])).toBeUndefined();
    }
    const extending = await rejection(() => http.extend({ headers: { authorization: broken } })('send'));
    expect(findSecret(extending, [broken, token])).toBeUndefined();
  });

  it('is not in the error of a given fetch', async () => {
    const thrown = new TypeError(`fetch failed: ${token}`, { cause: Object.assign(new Error(token), { options: { token } }) });
    for (const fetch of [async () => Promise.reject(thrown), async () => Promise.reject(token), async () => Promise.reject({ token })]) {
      using http = opened({ baseUrl: 'https://api.example.com', secrets: [token], fetch });
      expectClean(await rejection(http.post('send')));
    }
  });
});

describe.each([
  ['socks5', startSocks5],
  ['http', startHttpProxy],
] as const)('the password of a %s proxy', (protocol, start) => {
  const at = (port: number): string => `${protocol}://team:${encodeURIComponent(password)}@127.0.0.1:${port}`;
  const login = { user: 'team', password };

  it('is in none of the errors, without being named as a secret', async () => {
    const echo: Answer = (response) => response.writeHead(403).end(`${password} ${base64(`team:${password}`)} ${token}`);
    await using provider = await startProvider(echo);
    const names = { [host]: provider.port };
    await using right = await start({ login, names });
    await using wrong = await start({ login: { user: 'team', password: 'another' }, names });
    await using lost = await start({ login, names: {} });
    await using silent = await startRaw();
    await using parrot = await startRaw((socket) => socket.on('data', (heard) => socket.write(heard)));
    await using broken = await startRaw((socket) => socket.once('data', () => socket.destroy()));
    const baseUrl = `http://${host}:7`;
    const errors = [
      await failing({ baseUrl, proxy: at(right.port) }),
      await failing({ baseUrl, proxy: at(wrong.port) }),
      await failing({ baseUrl, proxy: at(lost.port) }),
      await failing({ baseUrl, proxy: at(silent.port), timeoutMs: 100 }),
      await failing({ baseUrl, proxy: at(parrot.port), timeoutMs: 100 }),
      await failing({ baseUrl, proxy: at(broken.port) }),
      await failing({ baseUrl, proxy: at(await closedPort()) }),
    ];
    expect(errors.map(({ code }) => code)).toEqual([
      'http_403',
      'proxy_refused',
      'http_connection',
      'proxy_unreachable',
      // In SOCKS5, the echo of a login reads as a refusal.
      protocol === 'socks5' ? 'proxy_refused' : 'proxy_unreachable',
      'proxy_unreachable',
      'proxy_unreachable',
    ]);
    for (const error of errors) expectClean(error);
  });
});

describe('a function that picks a proxy', () => {
  const failure = () => Object.assign(new Error(`no proxy for ${password}`, { cause: password }), { password });

  it.each<readonly [string, () => unknown]>([
    [
      'throws an error',
      () => {
        throw failure();
      },
    ],
    [
      'throws a text',
      () => {
        throw password;
      },
    ],
    ['is async, and rejects', async () => Promise.reject(failure())],
  ])('has nothing of its error shown when it %s', async (_, pick) => {
    const error = await rejection(() => opened({ baseUrl: 'https://api.example.com', proxy: pick as () => string }));
    expect(error).toMatchObject({ kind: 'configuration', code: 'option_invalid', field: 'proxy' });
    expect(error).not.toHaveProperty('cause');
    expect(findSecret(error, [password])).toBeUndefined();
  });

  it('is named in the error when it throws', async () => {
    const proxy = (): never => {
      throw failure();
    };
    expect((await rejection(() => opened({ baseUrl: 'https://api.example.com', proxy }))).message).toMatch(
      /^`proxy` of createHttp is a function that threw\. /,
    );
  });
});

describe('a secret with characters that HTML and PHP escape', () => {
  const marked = `"Tom's" <p@ss> & m/re`;

  it.each([
    ['&', '"Tom\'s" &lt;p@ss&gt; &amp; m/re'],
    ['quotes by name', '&quot;Tom&apos;s&quot; &lt;p@ss&gt; &amp; m/re'],
    ['quotes by number', '&#34;Tom&#39;s&#34; &lt;p@ss&gt; &amp; m/re'],
    ['quotes by hexadecimal number', '&quot;Tom&#x27;s&quot; &lt;p@ss&gt; &amp; m/re'],
    ['it within JSON as PHP writes it', String.raw`&quot;Tom&#039;s&quot; &lt;p@ss&gt; &amp; m\/re`],
    ['it as JSON does', String.raw`\u0026quot;Tom\u0026#39;s\u0026quot; \u0026lt;p@ss\u0026gt; \u0026amp; m/re`],
  ])('is redacted in a page that escapes %s', async (_, escaped) => {
    await using provider = await startProvider((response) => response.writeHead(400).end(`<p>No: ${escaped}!</p>`));
    using http = opened({ baseUrl: provider.url, secrets: [marked] });
    expect((await rejection(http.post('send'))).message).toBe('The server answered 400: <p>No: [redacted]!</p>');
    expect(http.excerpt(escaped)).toBe('[redacted]');
  });

  it('is not redacted when it is too short', () => {
    using http = opened({ baseUrl: 'https://api.example.com', secrets: ['&'] });
    expect(http.excerpt('Salt &amp; pepper')).toBe('Salt &amp; pepper');
  });
});

it('core redacts the spellings that `findSecret` finds', () => {
  const { text } = redactor([token]);
  expect(findSecret(text(`${token} ${encodeURIComponent(token)} ${base64(`a${token}`)}`), [token])).toBeUndefined();
});
