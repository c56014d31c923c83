import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const longestStartMs = 10_000;

/** Until a program that was started accepts connections at this port of 127.0.0.1. */
export async function answering(port: number): Promise<void> {
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
