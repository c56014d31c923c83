import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Encodes a message of the protocol: https://www.postgresql.org/docs/18/protocol-message-formats.html. */
export function message(code: string, body: Buffer | string = ''): Buffer {
  const bytes = Buffer.from(body);
  const head = Buffer.alloc(5);
  head.write(code);
  head.writeInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

export const authenticationOk: Buffer = message('R', Buffer.alloc(4));
export const askForPassword: Buffer = message('R', Buffer.from([0, 0, 0, 3]));
export const readyForQuery: Buffer = message('Z', 'I');

export const errorResponse = (code: string, text: string, severity = 'FATAL'): Buffer =>
  message('E', `S${severity}\0V${severity}\0C${code}\0M${text}\0\0`);

/**
 * Listens on 127.0.0.1 until the test ends. Calls `greet` with each connection and its first bytes. Returns
 * the URL.
 */
export async function startFakeServer(greet: (socket: Socket, startup: Buffer) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (startup) => greet(socket, startup));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return `postgres://shop:secret-hunter2@127.0.0.1:${(server.address() as AddressInfo).port}/shop`;
}
