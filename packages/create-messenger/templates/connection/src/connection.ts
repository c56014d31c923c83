import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Settings } from './options.ts';

/**
 * A message of the server. `re` is the id of the message that it answers. The reply to the login has none.
 */
export interface Reply {
  readonly re?: string;
  readonly id?: string;
  readonly error?: string;
  readonly message?: string;
  readonly retryAfter?: number;
}

/**
 * A connection on which both sides write JSON, one object on each line.
 *
 * CHANGE: the framing and the messages of your protocol.
 */
export interface Connection {
  /** Calls the listener for each reply. A reply that cannot be read ends the connection. */
  onReply(listener: (reply: Reply) => void): void;
  /** Calls the listener once, when the connection has ended. */
  onEnd(listener: () => void): void;
  /** Writes a message. Returns false when nothing was written. After true, the message can have arrived. */
  write(message: object): boolean;
  /** Closes the connection. Waits up to 1 s for the server. */
  close(): Promise<void>;
  /** Ends the connection at once. */
  destroy(): void;
}

/** The time that the server has to close its side, in milliseconds. */
const closeMs = 1_000;
/** The most characters of a reply. A longer one would fill the memory. */
const longestReply = 65_536;

/** Opens a connection. Rejects with the error of the socket, or with the reason of the signal. */
export async function openConnection({ host, port, tls }: Settings, signal: AbortSignal): Promise<Connection> {
  const socket = await connected(
    tls ? connectTls({ host, port, servername: isIP(host) ? '' : host }) : connect({ host, port }),
    tls,
    signal,
  );
  // The `close` event follows each error.
  socket.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    onReply: (listener) => readReplies(socket, listener),
    onEnd: (listener) => void ended.then(listener),
    write(message) {
      if (!socket.writable) return false;
      socket.write(`${JSON.stringify(message)}\n`);
      return true;
    },
    async close() {
      const timer = setTimeout(() => socket.destroy(), closeMs);
      socket.end();
      await ended;
      clearTimeout(timer);
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

function readReplies(socket: Socket, listener: (reply: Reply) => void): void {
  let begun = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = `${begun}${chunk}`.split('\n');
    begun = lines.pop() ?? '';
    for (const line of lines) {
      const reply = readReply(line);
      // A reply that cannot be read belongs to no message. Core opens another session.
      if (reply) listener(reply);
      else socket.destroy();
    }
    if (begun.length > longestReply) socket.destroy();
  });
}

const types: Readonly<Record<keyof Reply, string>> = {
  re: 'string',
  id: 'string',
  error: 'string',
  message: 'string',
  retryAfter: 'number',
};

/** Parses a reply. Undefined when a part has a wrong type: a refusal could look like a success. */
function readReply(line: string): Reply | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const isReply = Object.entries(types).every(([name, type]) => [type, 'undefined'].includes(typeof Reflect.get(value, name)));
    return isReply ? value : undefined;
  } catch {
    return undefined;
  }
}
