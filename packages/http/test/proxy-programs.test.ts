import { findSecret } from '@sitemessage/core/testing';
import { certificate, closedPort, rejection, trust } from '@sitemessage/test-support';
import { startMicrosocks, startTinyproxy } from '@sitemessage/test-support/proxy-programs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { opened } from './opened.ts';
import { type Answer, type Provider, startProvider } from './provider.ts';

/** A login that tinyproxy accepts in its configuration. The tests percent-encode every character of it. */
const letters = { user: 'team', password: 'tunnelpass7' };
const percent = (text: string): string => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('');

/** Proxies by other authors, where this machine has them. */
const found = [
  { name: 'microsocks', protocol: 'socks5', login: { user: 'team:a', password: 'p@ss/w:rd%' }, start: startMicrosocks },
  { name: 'tinyproxy', protocol: 'http', login: letters, start: startTinyproxy },
].map(async ({ name, protocol, login, start }) => ({ name, protocol, login, program: await start(login) }));
const programs = await Promise.all(found);

const answer: Answer = (response, { url }) =>
  response.writeHead(Number(url?.slice(1)) || 200, { 'content-type': 'application/json' }).end('{"ok":true}');
let plain: Provider;
let secure: Provider;
beforeAll(async () => {
  const trusted = await certificate(['localhost'], ['127.0.0.1']);
  trust(trusted);
  plain = await startProvider(answer);
  secure = await startProvider(answer, trusted);
});
afterAll(async () => {
  await plain[Symbol.asyncDispose]();
  await secure[Symbol.asyncDispose]();
  for (const { program } of programs) await program?.[Symbol.asyncDispose]();
});

for (const { name, program } of programs) {
  if (!program) process.stdout.write(`${name} is not installed: only our own proxy is tested.\n`);
}

describe('real proxies', () => {
  it('are started where they are installed', () => {
    expect(programs.map(({ name }) => name)).toEqual(['microsocks', 'tinyproxy']);
  });
});

describe.each(programs.filter(({ program }) => program))('$name', ({ protocol, login, program }) => {
  const port = program?.port;
  const proxy = `${protocol}://${percent(login.user)}:${percent(login.password)}@127.0.0.1:${port}`;

  it.each(['http', 'https'] as const)('carries five requests to an %s target through one tunnel', async (target) => {
    const provider = target === 'http' ? plain : secure;
    const before = provider.connected();
    for (const host of ['localhost', '127.0.0.1']) {
      using http = opened({ baseUrl: `${target}://${host}:${provider.port}`, proxy });
      for (let count = 0; count < 5; count += 1) expect(await http.post('send', { json: { count } }).json()).toEqual({ ok: true });
    }
    expect(provider.connected()).toBe(before + 2);
  });

  it.each([
    ['a wrong password', `${percent(login.user)}:wrongpass@`],
    ['no password', ''],
  ])('refuses %s', async (_, given) => {
    const taken = plain.taken.length;
    using http = opened({ baseUrl: plain.url, proxy: `${protocol}://${given}127.0.0.1:${port}`, secrets: [login.password] });
    const error = await rejection(http.post('send'));
    expect(error).toMatchObject({ kind: 'configuration', code: 'proxy_refused' });
    expect(findSecret(error, [login.password, 'wrongpass'])).toBeUndefined();
    expect(plain.taken).toHaveLength(taken);
  });

  it('gives a transient error for a server that is down or unknown', async () => {
    for (const target of [`127.0.0.1:${await closedPort()}`, 'nobody.invalid']) {
      using http = opened({ baseUrl: `http://${target}`, proxy });
      const error = await rejection(http.post('send'));
      expect(error).toMatchObject({ kind: 'transient', code: 'http_connection' });
      expect(findSecret(error, [login.password])).toBeUndefined();
    }
  });

  it.each([401, 407])('passes on a %i of the server', async (status) => {
    for (const provider of [plain, secure]) {
      using http = opened({ baseUrl: provider.url, proxy });
      expect(await rejection(http.post(String(status)))).toMatchObject({ code: `http_${status}` });
    }
  });
});
