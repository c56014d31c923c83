import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const longestStartMs = 10_000;

/**
 * Returns a port of 127.0.0.1 that nothing listens at, for programs that cannot choose one and for refused
 * connections.
 */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Resolves when a program accepts connections at this port of 127.0.0.1.
 * @throws The last refusal, after 10 s.
 */
export async function waitForPort(port: number): Promise<void> {
  for (const giveUpAt = performance.now() + longestStartMs; ; await sleep(20)) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
    } finally {
      socket.destroy();
    }
  }
}
