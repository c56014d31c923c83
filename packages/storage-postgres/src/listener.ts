import type { Redactor, Watcher } from '@sitemessage/core/storage';
import { type Client, escapeIdentifier } from 'pg';
import { storageError } from './errors.ts';
import { GuardedClient } from './guarded-client.ts';
import { createLines, type Lines } from './lines.ts';
import { answerMs } from './timeouts.ts';

/** A connection of its own, for as long as somebody watches, that hears when something is stored. */
export interface Listener {
  watch(watcher: Watcher): () => void;
  close(): Promise<void>;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;

/** Somebody who watches, and whether it was told of the outage that goes on. */
interface Watching {
  readonly watcher: Watcher;
  isTold: boolean;
}

interface Line {
  readonly client: Client;
  readonly lines: Lines;
}

/** A line that breaks is made again, with a pause that doubles up to 30 s; and whoever watches is woken then: what was said meanwhile is lost. */
export function createListener(connectionString: string, channel: string, redact: Redactor): Listener {
  const everybody = new Set<Watching>();
  let current: Line | undefined;
  let pauseMs = firstPauseMs;
  let pausing: NodeJS.Timeout | undefined;

  const wakeAll = (): void => {
    for (const { watcher } of everybody) watcher.wake();
  };

  const listens = (): void => {
    pauseMs = firstPauseMs;
    for (const watching of everybody) {
      if (watching.isTold) watching.watcher.recovered();
      watching.isTold = false;
    }
    wakeAll();
  };

  const again = (reason: unknown): void => {
    current = undefined;
    pausing = setTimeout(connect, pauseMs);
    // The worker looks by itself meanwhile, and a process that is done need not wait for this.
    pausing.unref();
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    const error = storageError(reason, redact, 'listenConnectionString');
    for (const watching of everybody) {
      if (watching.isTold) continue;
      watching.isTold = true;
      watching.watcher.failed(error);
    }
  };

  const connect = async (): Promise<void> => {
    let line: Line | undefined;
    try {
      line = lineTo(connectionString);
      current = line;
      const { client } = line;
      let reason: Error | undefined;
      // An error that nobody hears ends the process; whatever it is, `end` follows. The first one says why, and the next one that it is so.
      client.on('error', (error) => {
        reason ??= error;
      });
      client.on('end', () => {
        if (current === line) again(reason ?? new Error('Connection terminated unexpectedly'));
      });
      client.on('notification', wakeAll);
      await client.connect();
      await client.query(`listen ${escapeIdentifier(channel)}`);
      listens();
    } catch (error) {
      if (current === line) again(error);
      if (line) void hangUp(line);
    }
  };

  const disconnect = async (): Promise<void> => {
    clearTimeout(pausing);
    const line = current;
    current = undefined;
    if (line) await hangUp(line);
  };

  return {
    watch(watcher) {
      const watching: Watching = { watcher, isTold: false };
      everybody.add(watching);
      if (everybody.size === 1) void connect();
      return () => {
        if (everybody.delete(watching) && everybody.size === 0) void disconnect();
      };
    },
    async close() {
      everybody.clear();
      await disconnect();
    },
  };
}

/** Throws when a file that the address names is gone. */
function lineTo(connectionString: string): Line {
  const lines = createLines();
  return { client: new GuardedClient({ connectionString, query_timeout: answerMs, ...lines.options }), lines };
}

const hangUp = ({ client, lines }: Line): Promise<void> => lines.ended(client.end());
