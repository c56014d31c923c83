import type { Redactor, Watcher } from '@sitemessage/core/storage';
import { type Client, escapeIdentifier } from 'pg';
import { GuardedClient, type Sockets, trackSockets } from './connections.ts';
import { storageError } from './errors.ts';
import type { Queries } from './queries.ts';
import { statementTimeoutMs } from './timeouts.ts';

/** Wakes idle workers when the transaction commits, if they listen. */
export async function notify(db: Queries): Promise<void> {
  if (db.channel !== undefined) await db.run("select pg_catalog.pg_notify($1, '')", db.channel);
}

/** Listens for {@link notify} on one connection, as long as there is a watcher. */
export interface Listener {
  /** Returns a function that ends the watch. */
  watch(watcher: Watcher): () => void;
  close(): Promise<void>;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;

interface Watch {
  readonly watcher: Watcher;
  /** True when the watcher knows of the current outage. */
  isTold: boolean;
}

interface Connected {
  readonly client: Client;
  readonly sockets: Sockets;
}

/**
 * Makes a listener. It replaces a broken connection, after a pause that doubles up to 30 s, and then wakes
 * all watchers: notifications of the meantime are lost.
 */
export function createListener(connectionString: string, channel: string, redact: Redactor): Listener {
  const watches = new Set<Watch>();
  let current: Connected | undefined;
  let pauseMs = firstPauseMs;
  let retryTimer: NodeJS.Timeout | undefined;

  const wakeAll = (): void => {
    for (const { watcher } of watches) watcher.wake();
  };

  const onListening = (): void => {
    pauseMs = firstPauseMs;
    for (const watch of watches) {
      if (watch.isTold) watch.watcher.recovered();
      watch.isTold = false;
    }
    wakeAll();
  };

  const onLost = (reason: unknown): void => {
    current = undefined;
    retryTimer = setTimeout(connect, pauseMs);
    // Workers poll meanwhile, and the timer does not keep a process alive.
    retryTimer.unref();
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    const error = storageError(reason, redact, 'listenConnectionString');
    for (const watch of watches) {
      if (watch.isTold) continue;
      watch.isTold = true;
      watch.watcher.failed(error);
    }
  };

  const connect = async (): Promise<void> => {
    let connected: Connected | undefined;
    try {
      connected = newClient(connectionString);
      current = connected;
      const { client } = connected;
      let reason: Error | undefined;
      // The first error has the reason, the later ones only say that the connection is closed. `end`
      // follows them.
      client.on('error', (error) => {
        reason ??= error;
      });
      client.on('end', () => {
        if (current === connected) onLost(reason ?? new Error('Connection terminated unexpectedly'));
      });
      client.on('notification', wakeAll);
      await client.connect();
      await client.query(`listen ${escapeIdentifier(channel)}`);
      onListening();
    } catch (error) {
      if (current === connected) onLost(error);
      if (connected) void end(connected);
    }
  };

  const disconnect = async (): Promise<void> => {
    clearTimeout(retryTimer);
    const connected = current;
    current = undefined;
    if (connected) await end(connected);
  };

  return {
    watch(watcher) {
      const watch: Watch = { watcher, isTold: false };
      watches.add(watch);
      if (watches.size === 1) void connect();
      return () => {
        if (watches.delete(watch) && watches.size === 0) void disconnect();
      };
    },
    async close() {
      watches.clear();
      await disconnect();
    },
  };
}

/** @throws an error of Node when a file that the URL names is gone. */
function newClient(connectionString: string): Connected {
  const sockets = trackSockets();
  return { client: new GuardedClient({ connectionString, query_timeout: statementTimeoutMs, ...sockets.options }), sockets };
}

const end = ({ client, sockets }: Connected): Promise<void> => sockets.closed(client.end());
