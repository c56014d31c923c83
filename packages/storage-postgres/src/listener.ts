import { Client, escapeIdentifier } from 'pg';

/** A connection of its own, for as long as somebody watches, that hears when something is stored. */
export interface Listener {
  watch(wake: () => void): () => void;
  close(): Promise<void>;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;
const connectionTimeoutMs = 10_000;
/** A line that nobody says anything on is asked after a minute whether it is there; by default, systems ask after two hours. */
const quietMs = 60_000;

/** A line that breaks is made again, with a pause that doubles up to 30 s; and whoever watches is woken then: what was said meanwhile is lost. */
export function createListener(connectionString: string, channel: string): Listener {
  const watchers = new Set<() => void>();
  let current: Client | undefined;
  let pauseMs = firstPauseMs;
  let pausing: NodeJS.Timeout | undefined;

  const wakeAll = (): void => {
    for (const wake of watchers) wake();
  };

  const connect = async (): Promise<void> => {
    const client = new Client({
      connectionString,
      keepAlive: true,
      keepAliveInitialDelayMillis: quietMs,
      connectionTimeoutMillis: connectionTimeoutMs,
    });
    current = client;
    // An error that nobody hears ends the process; whatever it is, `end` follows.
    client.on('error', () => undefined);
    client.on('end', () => {
      if (current === client) again();
    });
    client.on('notification', wakeAll);
    try {
      await client.connect();
      await client.query(`listen ${escapeIdentifier(channel)}`);
      pauseMs = firstPauseMs;
      wakeAll();
    } catch {
      if (current === client) again();
      client.end().catch(() => undefined);
    }
  };

  const again = (): void => {
    current = undefined;
    pausing = setTimeout(connect, pauseMs);
    // The worker looks by itself meanwhile, and a process that is done need not wait for this.
    pausing.unref();
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  };

  const disconnect = async (): Promise<void> => {
    clearTimeout(pausing);
    const client = current;
    current = undefined;
    await client?.end().catch(() => undefined);
  };

  return {
    watch(wake) {
      const watcher = (): void => wake();
      watchers.add(watcher);
      if (watchers.size === 1) void connect();
      return () => {
        if (watchers.delete(watcher) && watchers.size === 0) void disconnect();
      };
    },
    async close() {
      watchers.clear();
      await disconnect();
    },
  };
}
