import type { Storage } from '@sitemessage/core/storage';
import { type Redactor, redactor } from '@sitemessage/core/storage';
import { type Client, createClient } from './client.ts';
import { hearPool } from './heard.ts';
import { createListener, type Listener } from './listener.ts';
import { migrate } from './migrate.ts';
import { type CheckedOptions, checkOptions, type PostgresStorageOptions } from './options.ts';
import type { PostgresTransaction } from './pg.ts';
import { openPool } from './pool.ts';
import { cancel } from './sql/cancel.ts';
import { claim } from './sql/claim.ts';
import { clock } from './sql/clock.ts';
import { counts } from './sql/counts.ts';
import { defer } from './sql/defer.ts';
import { enqueue, enqueueIn } from './sql/enqueue.ts';
import { find } from './sql/find.ts';
import { list } from './sql/list.ts';
import { cutSubscriptions, listSubscriptions } from './sql/list-subscriptions.ts';
import { openQueues } from './sql/open-queues.ts';
import { prune } from './sql/prune.ts';
import { report } from './sql/report.ts';
import { requeue } from './sql/requeue.ts';
import { createReserve } from './sql/reserve.ts';
import { settle } from './sql/settle.ts';
import { changeSubscriptions, hasSubscriptions } from './sql/subscriptions.ts';
import { addSuppressions, liftSuppressions, listSuppressions, suppressionsAmong } from './sql/suppressions.ts';

/**
 * The storage for many workers on many machines: PostgreSQL 13 or later. Works behind a pooler that gives connections for a
 * transaction at a time, such as PgBouncer's transaction mode.
 *
 * Not for an application that runs on one machine and has no PostgreSQL yet: `@sitemessage/storage-sqlite` needs no server.
 *
 * Its operations throw a TransientError of code `storage_unreachable` when the server cannot be reached, or does not answer within
 * 30 s; within 10 minutes what takes the longer the more rows there are: `migrate`, `list`, `counts`, `requeue`, `cancel`, `prune`.
 * One of code `storage_busy` when the server ends what waits for a lock, or takes longer than it lets this user's statements.
 *
 * @throws ConfigurationError that names the option which is missing, wrong, or none.
 */
export function postgresStorage(options: PostgresStorageOptions): Storage<PostgresTransaction, Promise<readonly string[]>> {
  const checked = checkOptions(options);
  const redact = redactor(checked.secrets);
  const client = clientOf(checked, redact);
  const listener = listenerOf(checked, redact);
  const { patient } = client;
  return {
    queue: {
      enqueue: (messages, dispatches, now) => enqueue(client, messages, dispatches, now),
      claim: (request) => claim(client, request),
      settle: (token, settlements, now, marks) => settle(client, token, settlements, now, marks),
      reserve: createReserve(client),
      defer: (key, until) => defer(client, key, until),
      find: (id) => find(client, id),
      list: (filter) => list(patient, filter),
      counts: (filter) => counts(patient, filter),
      openQueues: () => openQueues(client),
      requeue: (filter, now) => requeue(patient, filter, now),
      cancel: (filter, now) => cancel(patient, filter, now),
      report: (id, outcome, now) => report(client, id, outcome, now),
      prune: (request) => prune(patient, request),
    },
    subscriptions: {
      list: (filter) => listSubscriptions(patient, filter),
      splitPoints: (type, size, after) => cutSubscriptions(patient, type, size, after),
      has: (keys) => hasSubscriptions(client, keys),
      change: (change, now) => changeSubscriptions(client, change, now),
    },
    suppressions: {
      add: (suppressions) => addSuppressions(client, suppressions),
      lift: (keys) => liftSuppressions(client, keys),
      among: (messenger, addresses) => suppressionsAmong(client, messenger, addresses),
      list: (filter) => listSuppressions(patient, filter),
    },
    enqueueIn: (host, messages, dispatches, now) => enqueueIn(client, host, messages, dispatches, now),
    concurrency: checked.concurrency,
    watch: (watcher) => listener?.watch(watcher) ?? (() => undefined),
    clock: () => clock(client),
    migrate: () => migrate(client),
    async close() {
      await Promise.all([listener?.close(), client.close()]);
    },
  };
}

function clientOf({ source, schema, listenConnectionString }: CheckedOptions, redact: Redactor): Client {
  const channel = listenConnectionString === undefined ? undefined : schema;
  if ('pool' in source) return createClient(hearPool(source.pool), { schema, ownsPool: false, channel, redact });
  return createClient(openPool(source.connectionString, source.connections), { schema, ownsPool: true, channel, redact });
}

/** Its channel is named after the schema: whoever stores elsewhere in the same database wakes nobody here. */
function listenerOf({ listenConnectionString, schema }: CheckedOptions, redact: Redactor): Listener | undefined {
  return listenConnectionString === undefined ? undefined : createListener(listenConnectionString, schema, redact);
}
