import { setImmediate } from 'node:timers/promises';
import type { Subscription, SubscriptionFilter, SubscriptionKey, SubscriptionStore } from '@sitemessage/core/storage';
import { splitPointsOf } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import type { SqliteValue } from '../database.ts';
import { known, storable } from '../text.ts';
import { queueNumbers } from './queues.ts';

/** The number of rows in a page. It takes some 2 ms, and the event loop runs other work between two pages. */
const pageSize = 1_000;

export const subscriptionsOf = (client: Client): SubscriptionStore => ({
  list: (filter) => list(client, filter),
  splitPoints: (type, size, after) => splitPointsOf(list(client, { type, ...(after && { after }) }), size),
  has: async (keys) => {
    const subscribers = keys.map(toRow);
    return client.read((db) =>
      subscribers.map(
        ({ messenger, type, isBare, subscriber }) =>
          db.get(
            `select 1 from sitemessage_subscriptions
             where queue = (select seq from sitemessage_queues where messenger = ? and type = ?) and is_bare = ? and subscriber = ?`,
            known(messenger),
            known(type),
            isBare,
            known(subscriber),
          ) !== undefined,
      ),
    );
  },
  change: async ({ add, remove }, now) => {
    const added = add.map(toRow).map(checked);
    const removed = remove.map(toRow);
    return client.write((db) => {
      const gone = removed.filter((row) => deleteRow(db, row)).length;
      const queueOf = queueNumbers(db);
      return { added: added.filter((row) => insertRow(db, queueOf(row.messenger, row.type), row, now)).length, removed: gone };
    });
  },
});

async function* list(client: Client, filter: SubscriptionFilter): AsyncGenerator<Subscription> {
  for (let after = filter.after, isLast = false; !isLast; await setImmediate()) {
    const behind = after;
    const page = await client.read((db) => readPage(db, filter, behind));
    yield* page;
    isLast = page.length < pageSize;
    after = page.at(-1);
  }
}

interface Row {
  readonly messenger: string;
  readonly type: string;
  /** 1 when the subscriber is an address, 0 when it is the id of a user. */
  readonly isBare: 0 | 1;
  readonly subscriber: string;
}

const toRow = ({ messenger, type, userId, address }: SubscriptionKey): Row =>
  userId === undefined ? { messenger, type, isBare: 1, subscriber: address } : { messenger, type, isBare: 0, subscriber: userId };

/** @throws PermanentError `text_not_storable` that names the field. */
function checked(row: Row): Row {
  storable(row.messenger, 'messenger');
  storable(row.type, 'type');
  storable(row.subscriber, row.isBare ? 'address' : 'userId');
  return row;
}

function insertRow(db: Queries, queue: number, { isBare, subscriber }: Row, now: number): boolean {
  const sql = 'insert into sitemessage_subscriptions (queue, is_bare, subscriber, since) values (?, ?, ?, ?) on conflict do nothing';
  return db.run(sql, queue, isBare, subscriber, now) === 1;
}

function deleteRow(db: Queries, { messenger, type, isBare, subscriber }: Row): boolean {
  const deleted = db.run(
    `delete from sitemessage_subscriptions
     where queue = (select seq from sitemessage_queues where messenger = ? and type = ?) and is_bare = ? and subscriber = ?`,
    known(messenger),
    known(type),
    isBare,
    known(subscriber),
  );
  return deleted === 1;
}

interface SubscriptionRow {
  readonly messenger: string;
  readonly type: string;
  readonly is_bare: number;
  readonly subscriber: string;
  readonly since: number;
}

/** Reads in the order of the table: by queue, users before bare addresses. */
function readPage(
  db: Queries,
  { messenger, type, userId, address, until }: SubscriptionFilter,
  after: SubscriptionKey | undefined,
): readonly Subscription[] {
  const parts: [sql: string, ...values: (SqliteValue | undefined)[]][] = [
    ['s.queue in (select seq from sitemessage_queues where messenger = ?)', known(messenger)],
    ['s.queue in (select seq from sitemessage_queues where type = ?)', known(type)],
    ['s.is_bare = 0 and s.subscriber = ?', known(userId)],
    ['s.is_bare = 1 and s.subscriber = ?', known(address)],
  ];
  const bound = (comparison: '>' | '<=', key: SubscriptionKey): void => {
    const { isBare, subscriber, ...queue } = toRow(key);
    parts.push([
      `(s.queue, s.is_bare, s.subscriber) ${comparison} ((select seq from sitemessage_queues where messenger = ? and type = ?), ?, ?)`,
      known(queue.messenger),
      known(queue.type),
      isBare,
      known(subscriber),
    ]);
  };
  if (after) bound('>', after);
  if (until) bound('<=', until);
  const given = parts.filter(([, value]) => value !== undefined);
  const rows = db.all<SubscriptionRow>(
    `select (select messenger from sitemessage_queues where seq = s.queue) as messenger, (select type from sitemessage_queues where seq = s.queue) as type,
       s.is_bare, s.subscriber, s.since
     from sitemessage_subscriptions s where true${given.map(([sql]) => ` and ${sql}`).join('')} order by s.queue, s.is_bare, s.subscriber limit ${pageSize}`,
    ...(given.flatMap(([, ...values]) => values) as SqliteValue[]),
  );
  return rows.map(toSubscription);
}

const toSubscription = ({ messenger, type, is_bare, subscriber, since }: SubscriptionRow): Subscription => ({
  messenger,
  type,
  ...(is_bare ? { address: subscriber } : { userId: subscriber }),
  since,
});
