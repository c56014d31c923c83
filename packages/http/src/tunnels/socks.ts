import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SocksClient } from 'socks';
import { ProxyError, type ProxyFault } from '../proxy-error.ts';
import { hostname, login } from './address.ts';

/**
 * RFC 1928. The proxy looks up the name.
 *
 * @throws ProxyError that has nothing of the library's own error but its words: that one carries the password.
 */
export async function throughSocks(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const address = { host: hostname(proxy), port: Number(proxy.port) };
  const socket = connect({ ...address, signal });
  // The library stops listening before the request begins to: an error in between would end the process.
  socket.on('error', () => undefined);
  try {
    await once(socket, 'connect');
    await SocksClient.createConnection({
      command: 'connect',
      destination: { host, port },
      proxy: { ...address, ...credentials(proxy), type: 5 },
      existing_socket: socket,
    });
    await putBack(socket);
    return socket;
  } catch (error) {
    const { message } = error as Error;
    // One that has greeted and then says nothing waits for the server.
    if (signal.aborted) throw new ProxyError(proxy, socket.bytesRead > 0 ? 'target' : 'unreachable', 'did not answer in time');
    throw new ProxyError(proxy, faultOf(message), `did not connect: ${message}`);
  }
}

/**
 * The library emits the bytes that it read too far, and resumes, one turn after it has connected. Nobody may be listening by then: they
 * are put back, and all that follows stays in the socket (https://nodejs.org/api/stream.html#readableresume) until somebody reads it.
 */
async function putBack(socket: Socket): Promise<void> {
  const hold = (): void => undefined;
  const unshift = (early: Buffer): void => void socket.unshift(early);
  socket.on('readable', hold).once('data', unshift);
  await nextTurn();
  socket.off('readable', hold).off('data', unshift);
}

function credentials(proxy: URL): { readonly userId?: string; readonly password?: string } {
  const { user, password } = login(proxy);
  return user === '' ? {} : { userId: user, password };
}

/** The library gives its errors no codes: these are its own words, and those of RFC 1928, 6. */
function faultOf(message: string): ProxyFault {
  if (/NetworkUnreachable|HostUnreachable|- ConnectionRefused|TTLExpired|rejected connection - Failure/.test(message)) return 'target';
  return /Authentication failed|NotAllowed|no accepted authentication|CommandNotSupported|AddressNotSupported/i.test(message)
    ? 'refused'
    : 'unreachable';
}
