import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitForPort } from '../ports.ts';
import type { Login } from './proxy-server.ts';

/** A proxy on 127.0.0.1 that is an installed program. */
interface ProxyProgram extends AsyncDisposable {
  readonly port: number;
}

/**
 * Starts microsocks (https://github.com/rofl0r/microsocks), a SOCKS5 proxy. Returns undefined when it is not
 * installed.
 */
export async function startMicrosocks({ user, password }: Login): Promise<ProxyProgram | undefined> {
  const port = await freePort();
  return startProxyProgram('microsocks', ['-i', '127.0.0.1', '-p', String(port), '-u', user, '-P', password], port);
}

/**
 * Starts tinyproxy (https://tinyproxy.github.io), an HTTP proxy with CONNECT. The login must consist of
 * letters and digits. Returns undefined when it is not installed.
 */
export async function startTinyproxy({ user, password }: Login): Promise<ProxyProgram | undefined> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-tinyproxy-'));
  const settings = join(folder, 'tinyproxy.conf');
  await writeFile(settings, `Port ${port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 50\nBasicAuth ${user} ${password}\n`);
  try {
    return await startProxyProgram('tinyproxy', ['-d', '-c', settings], port);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function startProxyProgram(program: string, parameters: readonly string[], port: number): Promise<ProxyProgram | undefined> {
  if (spawnSync(program, ['-h']).error) return undefined;
  const child = spawn(program, parameters, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  try {
    await waitForPort(port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, [Symbol.asyncDispose]: stop };
}
