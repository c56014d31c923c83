import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Starts a server that greets its one client, says hello, and then falls silent. */
export async function silentAfterGreeting(): Promise<{ readonly port: number; readonly isLeft: Promise<unknown> }> {
  const left = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('close', () => {
      server.close();
      left.resolve();
    });
    socket.write('220 mail.example.com\r\n');
    socket.once('data', () => socket.write('250 mail.example.com\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, isLeft: left.promise };
}
