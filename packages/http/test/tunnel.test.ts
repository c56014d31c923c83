import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { closedPort, startRaw } from '@sitemessage/test-support';
import { startHttpProxy, startSocks5 } from '@sitemessage/test-support/proxies';
import { describe, expect, it, vi } from 'vitest';
import { hostOf, loginOf } from '../src/tunnel/proxy.ts';
import { checkProxyUrl, openTunnel, ProxyError } from '../src/tunnel.ts';

const host = 'server.internal';
const login = { user: 'team', password: 'p@ss/w:rd%' };
const { signal: never } = new AbortController();

describe.each([
  ['socks5', startSocks5],
  ['http', startHttpProxy],
] as const)('a tunnel through a %s proxy', (protocol, start) => {
  const at = (port: number, password = login.password): URL =>
    new URL(`${protocol}://${login.user}:${encodeURIComponent(password)}@127.0.0.1:${port}`);

  it('carries bytes in both directions', async () => {
    await using server = await startRaw((socket) => socket.once('data', (heard) => socket.end(`You said ${heard}`)));
    await using proxy = await start({ login, names: { [host]: server.port } });
    const socket = await openTunnel(at(proxy.port), host, 25, never);
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('You said hello');
    expect(proxy.wanted()).toEqual([`${host}:25`]);
  });

  it('that cannot be opened says why', async () => {
    await using lost = await start({ login, names: {} });
    await expect(openTunnel(at(lost.port), host, 25, never)).rejects.toMatchObject({ name: 'ProxyError', fault: 'target' });
    await expect(openTunnel(at(lost.port, 'wrong'), host, 25, never)).rejects.toMatchObject({ fault: 'refused' });
    const nobody = openTunnel(at(await closedPort()), host, 25, never);
    await expect(nobody).rejects.toMatchObject({ fault: 'unreachable', message: expect.not.stringContaining('p@ss') });
  });

  // The test's timeout is shorter than the 10 s that a handshake may take.
  it('that is aborted closes the connection to the proxy at once', { timeout: 5_000 }, async () => {
    await using proxy = await startRaw();
    const stop = new AbortController();
    const opening = openTunnel(at(proxy.port), host, 25, stop.signal);
    const refused = expect(opening).rejects.toBeInstanceOf(ProxyError);
    await vi.waitUntil(() => proxy.heard() !== '');
    stop.abort();
    await refused;
    await vi.waitUntil(() => proxy.connections() === 0);
    await expect(openTunnel(at(proxy.port), host, 25, stop.signal)).rejects.toBeInstanceOf(ProxyError);
  });
});

describe.each([
  ['http', ['HTTP/1.1 200 Connection established\r\n\r\n']],
  ['socks5', ['\x05\0', '\x05\0\0\x01\0\0\0\0\0\0']],
] as const)('a server that speaks first, through a %s proxy', (protocol, replies) => {
  const greeting = '220 hello\r\n';
  /**
   * Starts a server that answers each piece of data with the next of the texts, and may close after the
   * last.
   */
  const answering = (answers: readonly string[], hangsUp = false) => {
    const left = [...answers];
    return startRaw((socket) => {
      socket.on('data', () => {
        const answer = Buffer.from(left.shift() ?? '', 'latin1');
        if (hangsUp && left.length === 0) socket.end(answer);
        else socket.write(answer);
      });
    });
  };
  const open = (proxy: { readonly port: number }) => openTunnel(new URL(`${protocol}://127.0.0.1:${proxy.port}`), host, 25, never);
  /** Waits three turns, as in a busy process. */
  const later = async (): Promise<void> => {
    for (let count = 0; count < 3; count += 1) await turn();
  };
  const last = replies.at(-1) ?? '';

  it.each([
    ['stays', false],
    ['hangs up at once', true],
  ])('is read when its greeting arrives together with the last bytes of the proxy, and it %s', async (_, hangsUp) => {
    await using proxy = await answering([...replies.slice(0, -1), last + greeting], hangsUp);
    const socket = await open(proxy);
    await later();
    const ended = once(socket, 'end');
    expect(String((await once(socket, 'data'))[0])).toBe(greeting);
    if (!hangsUp) socket.end();
    await ended;
  });

  it('is read when it speaks before the socket has a listener', async () => {
    await using proxy = await answering([...replies, greeting]);
    const socket = await open(proxy);
    socket.write('Speak!');
    await vi.waitUntil(() => socket.bytesRead === replies.join('').length + greeting.length);
    await later();
    expect(String((await once(socket, 'data'))[0])).toBe(greeting);
    socket.destroy();
  });
});

describe('checkProxyUrl', () => {
  it('accepts a URL with its login percent-encoded', () => {
    expect(checkProxyUrl('socks5h://team:p%40ss@proxy.example.com:1080')).toBeUndefined();
  });

  it.each([
    [undefined, /^must look like /],
    ['proxy.example.com', /^must look like /],
    ['socks5://proxy.example.com', /^must look like /],
    ['http://a:%@proxy.example.com', /^has a stray % /],
    ['http://proxy.example.com/path', /^must end with the port/],
  ])('says what is wrong with %s', (given, problem) => {
    expect(checkProxyUrl(given)).toMatch(problem);
  });
});

it('hostOf returns an IPv6 address without brackets', () => {
  expect(hostOf(new URL('socks5://[::1]:1080'))).toBe('::1');
  expect(hostOf(new URL('http://[::1]:3128'))).toBe('::1');
  expect(hostOf(new URL('http://proxy.example.com'))).toBe('proxy.example.com');
});

it('loginOf decodes the user and the password, and returns empty ones when they are missing', () => {
  expect(loginOf(new URL('socks5://team%3Aa:p%40ss@proxy.example.com:1080'))).toEqual({ user: 'team:a', password: 'p@ss' });
  expect(loginOf(new URL('socks5://proxy.example.com:1080'))).toEqual({ user: '', password: '' });
});

it('the entry for tunnels loads neither ky nor core', async () => {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ resolve: (specifier, context, next) => (loaded.push(specifier), next(specifier, context)) });
    await import(${JSON.stringify(new URL('../src/tunnel.ts', import.meta.url).href)});
    process.stdout.write(JSON.stringify(loaded));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  const packages = (JSON.parse(stdout) as string[]).filter((name) => /^[a-z@]/.test(name) && !/^(node|file):/.test(name));
  expect(packages).toContain('socks');
  expect(packages.filter((name) => name === 'ky' || name.startsWith('@sitemessage/'))).toEqual([]);
});
