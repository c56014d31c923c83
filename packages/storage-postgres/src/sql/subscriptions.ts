import type { SubscriptionChange, SubscriptionKey, SubscriptionsChanged } from '@sitemessage/core/storage';
import type { Queries, Transactions } from '../queries.ts';
import { isStorable, storable } from '../text.ts';
import { queueNumbers } from './queues.ts';
import { unnest } from './table.ts';

export async function hasSubscriptions({ tables, all }: Queries, keys: readonly SubscriptionKey[]): Promise<readonly boolean[]> {
  const rows = keys.map(toRow);
  const found = await all<{ nr: number }>(
    `select k.nr::integer from ${unnest('$1::text[]', '$2::text[]', '$3::boolean[]', '$4::text[]')} with ordinality as k (messenger, type, is_bare, subscriber, nr)
     join ${tables.queues} q using (messenger, type)
     join ${tables.subscriptions} s on s.queue = q.seq and s.is_bare = k.is_bare and s.subscriber = k.subscriber`,
    ...columns(rows.map((row) => (isKnown(row) ? row : noRow))),
  );
  const places = new Set(found.map(({ nr }) => nr - 1));
  return keys.map((_, place) => places.has(place));
}

export async function changeSubscriptions(
  client: Transactions,
  { add, remove }: SubscriptionChange,
  now: number,
): Promise<SubscriptionsChanged> {
  const added = sorted(add.map(toRow).map(checked));
  const removed = sorted(remove.map(toRow).filter(isKnown));
  return client.transaction(async (db) => ({ removed: await deleteRows(db, removed), added: await insertRows(db, added, now) }));
}

export interface Row {
  readonly messenger: string;
  readonly type: string;
  /** True when the subscriber is an address, false when it is the id of a user. */
  readonly isBare: boolean;
  readonly subscriber: string;
}

/** Matches no row. */
const noRow: { readonly [Key in keyof Row]: null } = { messenger: null, type: null, isBare: null, subscriber: null };

export const toRow = ({ messenger, type, userId, address }: SubscriptionKey): Row =>
  userId === undefined ? { messenger, type, isBare: true, subscriber: address } : { messenger, type, isBare: false, subscriber: userId };

const isKnown = ({ messenger, type, subscriber }: Row): boolean => [messenger, type, subscriber].every(isStorable);

/** @throws PermanentError `text_not_storable` that names the field. */
function checked(row: Row): Row {
  storable(row.messenger, 'messenger');
  storable(row.type, 'type');
  storable(row.subscriber, row.isBare ? 'address' : 'userId');
  return row;
}

/** Sorts, which avoids deadlocks between transactions that change the same rows. Removes duplicates. */
function sorted(rows: readonly Row[]): readonly Row[] {
  const byText = new Map(rows.map((row) => [JSON.stringify([row.messenger, row.type, row.isBare, row.subscriber]), row]));
  return [...byText].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}

const columns = (rows: readonly { readonly [Key in keyof Row]: Row[Key] | null }[]): readonly unknown[] => [
  rows.map(({ messenger }) => messenger),
  rows.map(({ type }) => type),
  rows.map(({ isBare }) => isBare),
  rows.map(({ subscriber }) => subscriber),
];

async function deleteRows({ tables, run }: Queries, rows: readonly Row[]): Promise<number> {
  if (rows.length === 0) return 0;
  return run(
    `delete from ${tables.subscriptions} s
     using ${unnest('$1::text[]', '$2::text[]', '$3::boolean[]', '$4::text[]')} as k (messenger, type, is_bare, subscriber)
     join ${tables.queues} q using (messenger, type)
     where s.queue = q.seq and s.is_bare = k.is_bare and s.subscriber = k.subscriber`,
    ...columns(rows),
  );
}

async function insertRows(db: Queries, rows: readonly Row[], now: number): Promise<number> {
  if (rows.length === 0) return 0;
  const queues = await queueNumbers(db, rows);
  return db.run(
    `insert into ${db.tables.subscriptions} (queue, is_bare, subscriber, since)
     select queue, is_bare, subscriber, $1 from ${unnest('$2::integer[]', '$3::boolean[]', '$4::text[]')} as k (queue, is_bare, subscriber)
     on conflict do nothing`,
    now,
    queues,
    rows.map(({ isBare }) => isBare),
    rows.map(({ subscriber }) => subscriber),
  );
}
