import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { onLines } from './lines.ts';
import type { Settings } from './options.ts';
import { type Reply, readReply } from './reply.ts';

/** A connection on which both sides write JSON, one object on each line. CHANGE: how your protocol frames what it says. */
export interface Line {
  /** What comes in. */
  onReply(listener: (reply: Reply) => void): void;
  /** Called once, when it is over, whoever ended it. */
  onEnd(listener: () => void): void;
  /** Whether the message was given to the socket: what was given to it may arrive. */
  write(message: object): boolean;
  /** Says goodbye, and waits until it is over. */
  close(): Promise<void>;
  /** Ends it at once. */
  destroy(): void;
}

/** How long the other side has to hang up as well. */
const goodbyeMs = 1_000;

/** Rejects with the socket's own error when it cannot be connected, and with the signal's reason when it is aborted before that. */
export async function openLine({ host, port, tls }: Settings, signal: AbortSignal): Promise<Line> {
  const socket = await connected(
    tls ? connectTls({ host, port, servername: isIP(host) ? '' : host }) : connect({ host, port }),
    tls,
    signal,
  );
  // An error comes before the end, which says all there is to say.
  socket.on('error', () => undefined);
  const over = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    onReply(listener) {
      onLines(socket, (line) => {
        const reply = readReply(line);
        // What cannot be read cannot be matched with a message either: the line is of no use any more.
        if (reply) listener(reply);
        else socket.destroy();
      });
    },
    onEnd: (listener) => void over.then(listener),
    write(message) {
      if (!socket.writable) return false;
      socket.write(`${JSON.stringify(message)}\n`);
      return true;
    },
    async close() {
      const late = setTimeout(() => socket.destroy(), goodbyeMs);
      socket.end();
      await over;
      clearTimeout(late);
    },
    destroy: () => void socket.destroy(),
  };
}

function connected(socket: Socket, tls: boolean, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const abort = (): void => void socket.destroy(signal.reason);
    const settle = (end: () => void) => (): void => {
      signal.removeEventListener('abort', abort);
      end();
    };
    signal.addEventListener('abort', abort);
    socket.once(
      tls ? 'secureConnect' : 'connect',
      settle(() => resolve(socket)),
    );
    socket.once('error', (error) => settle(() => reject(error))());
    if (signal.aborted) abort();
  });
}
