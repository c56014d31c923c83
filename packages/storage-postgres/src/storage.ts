import { type Redactor, redactor, type Storage } from '@sitemessage/core/storage';
import { type Client, createClient } from './client.ts';
import { ignorePoolErrors, openPool } from './connections.ts';
import { createListener, type Listener } from './listener.ts';
import { migrate } from './migrate.ts';
import { type CheckedOptions, checkOptions, type PostgresStorageOptions } from './options.ts';
import type { PostgresTransaction } from './pg.ts';
import { claim } from './sql/claim.ts';
import { enqueue, enqueueIn } from './sql/enqueue.ts';
import { listSubscriptions, splitSubscriptions } from './sql/list-subscriptions.ts';
import { cancel, report, requeue } from './sql/manage.ts';
import { defer } from './sql/paces.ts';
import { prune } from './sql/prune.ts';
import { counts, openQueues } from './sql/queues.ts';
import { find, list } from './sql/records.ts';
import { createReserve } from './sql/reserve.ts';
import { settle } from './sql/settle.ts';
import { changeSubscriptions, hasSubscriptions } from './sql/subscriptions.ts';
import { addSuppressions, liftSuppressions, listSuppressions, suppressionsAmong } from './sql/suppressions.ts';

/**
 * Stores messages in PostgreSQL 13 or later, for many workers on many machines. Works behind a pooler in
 * transaction mode. Methods throw a TransientError: `storage_unreachable` after 30 s without an answer (10
 * minutes where the time grows with the rows), `storage_busy` when the server ends a statement.
 *
 * @throws ArgumentError `option_unknown` or `option_invalid` that names the option.
 */
export function postgresStorage(options: PostgresStorageOptions): Storage<PostgresTransaction, Promise<readonly string[]>> {
  const checked = checkOptions(options);
  const redact = redactor(checked.secrets);
  const client = clientOf(checked, redact);
  const listener = listenerOf(checked, redact);
  const { longRunning } = client;
  return {
    queue: {
      enqueue: (messages, dispatches, now) => enqueue(client, messages, dispatches, now),
      claim: (request) => claim(client, request),
      settle: (token, settlements, now, marks) => settle(client, token, settlements, now, marks),
      reserve: createReserve(client),
      defer: (key, until) => defer(client, key, until),
      find: (id) => find(client, id),
      list: (filter) => list(longRunning, filter),
      counts: (filter) => counts(longRunning, filter),
      openQueues: () => openQueues(client),
      requeue: (filter, now) => requeue(longRunning, filter, now),
      cancel: (filter, now) => cancel(longRunning, filter, now),
      report: (id, outcome, now) => report(client, id, outcome, now),
      prune: (request) => prune(longRunning, request),
    },
    subscriptions: {
      list: (filter) => listSubscriptions(longRunning, filter),
      splitPoints: (type, size, after) => splitSubscriptions(longRunning, type, size, after),
      has: (keys) => hasSubscriptions(client, keys),
      change: (change, now) => changeSubscriptions(client, change, now),
    },
    suppressions: {
      add: (suppressions) => addSuppressions(client, suppressions),
      lift: (keys) => liftSuppressions(client, keys),
      among: (messenger, addresses) => suppressionsAmong(client, messenger, addresses),
      list: (filter) => listSuppressions(longRunning, filter),
    },
    enqueueIn: (host, messages, dispatches, now) => enqueueIn(client, host, messages, dispatches, now),
    concurrency: checked.concurrency,
    watch: (watcher) => listener?.watch(watcher) ?? (() => undefined),
    clock: () => serverTime(client),
    migrate: () => migrate(client),
    async close() {
      await Promise.all([listener?.close(), client.close()]);
    },
  };
}

function clientOf({ source, schema, listenConnectionString }: CheckedOptions, redact: Redactor): Client {
  const channel = listenConnectionString === undefined ? undefined : schema;
  if ('pool' in source) return createClient(ignorePoolErrors(source.pool), { schema, ownsPool: false, channel, redact });
  return createClient(openPool(source.connectionString, source.connections), { schema, ownsPool: true, channel, redact });
}

/**
 * The channel has the name of the schema, so a storage in another schema of the database wakes no worker
 * here.
 */
function listenerOf({ listenConnectionString, schema }: CheckedOptions, redact: Redactor): Listener | undefined {
  return listenConnectionString === undefined ? undefined : createListener(listenConnectionString, schema, redact);
}

/**
 * Returns the time of the server, in milliseconds since 1970. `now()` would be the start of the
 * transaction.
 */
async function serverTime(client: Client): Promise<number> {
  const [row] = await client.all<{ now: number }>(
    "select (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) * 1000::double precision)::bigint as now",
  );
  return (row as { now: number }).now;
}
