import { freePort } from '../free-port.ts';
import { type ProxyProgram, startProgram } from './program.ts';
import type { Login } from './proxy.ts';

/** https://github.com/rofl0r/microsocks: SOCKS5, for whoever logs in. Undefined when it is not on this machine. */
export async function startMicrosocks({ user, password }: Login): Promise<ProxyProgram | undefined> {
  const port = await freePort();
  return startProgram('microsocks', ['-i', '127.0.0.1', '-p', String(port), '-u', user, '-P', password], port);
}
