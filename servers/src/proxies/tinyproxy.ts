import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../free-port.ts';
import { type ProxyProgram, startProgram } from './program.ts';
import type { Login } from './proxy.ts';

/** https://tinyproxy.github.io: CONNECT, for whoever logs in, with letters and digits only. Undefined when it is not on this machine. */
export async function startTinyproxy({ user, password }: Login): Promise<ProxyProgram | undefined> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-tinyproxy-'));
  const settings = join(folder, 'tinyproxy.conf');
  await writeFile(settings, `Port ${port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 50\nBasicAuth ${user} ${password}\n`);
  try {
    return await startProgram('tinyproxy', ['-d', '-c', settings], port);
  } finally {
    await rm(folder, { recursive: true });
  }
}
