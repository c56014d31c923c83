import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SocksClient } from 'socks';
import { hostOf, loginOf, ProxyError, type ProxyFault } from './proxy.ts';

/**
 * Connects through a SOCKS5 proxy (RFC 1928), which looks up the name of the server.
 *
 * @throws ProxyError. It takes only the words of the library's error, because that error holds the password.
 */
export async function connectBySocks(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const address = { host: hostOf(proxy), port: Number(proxy.port) };
  const socket = connect({ ...address, signal });
  // The library stops listening before the request listens. An error in between would end the process.
  socket.on('error', () => undefined);
  try {
    await once(socket, 'connect');
    await SocksClient.createConnection({
      command: 'connect',
      destination: { host, port },
      proxy: { ...address, ...credentials(proxy), type: 5 },
      existing_socket: socket,
    });
    await unshiftEarlyBytes(socket);
    return socket;
  } catch (error) {
    const { message } = error as Error;
    // A proxy that has greeted and is silent now waits for the server.
    if (signal.aborted) throw new ProxyError(proxy, socket.bytesRead > 0 ? 'target' : 'unreachable', 'did not answer in time');
    throw new ProxyError(proxy, faultOf(message), `did not connect: ${message}`);
  }
}

/**
 * Keeps what the server says before anybody reads it. The library emits the bytes that it has read too far,
 * and resumes the socket, one turn after it has connected. The bytes go back into the socket, and a listener
 * of `readable` stops the flow (https://nodejs.org/api/stream.html#readableresume).
 */
async function unshiftEarlyBytes(socket: Socket): Promise<void> {
  const stopFlow = (): void => undefined;
  const unshift = (early: Buffer): void => void socket.unshift(early);
  socket.on('readable', stopFlow).once('data', unshift);
  await nextTurn();
  socket.off('readable', stopFlow).off('data', unshift);
}

function credentials(proxy: URL): { readonly userId?: string; readonly password?: string } {
  const { user, password } = loginOf(proxy);
  return user === '' ? {} : { userId: user, password };
}

/** Reads the words of the library, whose errors have no codes. Those of replies come from RFC 1928, 6. */
function faultOf(message: string): ProxyFault {
  if (/NetworkUnreachable|HostUnreachable|- ConnectionRefused|TTLExpired|rejected connection - Failure/.test(message)) return 'target';
  return /Authentication failed|NotAllowed|no accepted authentication|CommandNotSupported|AddressNotSupported/i.test(message)
    ? 'refused'
    : 'unreachable';
}
