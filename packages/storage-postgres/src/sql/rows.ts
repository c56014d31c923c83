import type { MessageRecord, NewDispatch } from '@sitemessage/core/storage';
import { codeOf } from '../errors.ts';
import type { Queries } from '../queries.ts';
import { queueNumbers } from './queues.ts';
import { type Column, type Table, tableOf, unnest } from './table.ts';

/**
 * Sorts by id, which avoids deadlocks between transactions that store the same rows. Keeps the first of
 * each id.
 */
export function sortedById(dispatches: readonly NewDispatch[]): readonly NewDispatch[] {
  const sorted = [...dispatches].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return sorted.filter(({ id }, index) => index === 0 || sorted[index - 1]?.id !== id);
}

/** Returns the SQL that inserts the parameters of {@link messageColumns}. */
export const insertMessages = ({ tables }: Queries): string =>
  `insert into ${tables.messages} (id, type, context, sender, created_at, expires_at, for_subscribers)
   select * from ${unnest('$1::uuid[]', '$2::text[]', '$3::text[]', '$4::text[]', '$5::bigint[]', '$6::bigint[]', '$7::boolean[]')} on conflict (id) do nothing`;

export const messageColumns = (messages: readonly MessageRecord[]): readonly unknown[] => [
  messages.map(({ id }) => id),
  messages.map(({ type }) => type),
  messages.map(({ context }) => context),
  messages.map(({ sender }) => sender ?? null),
  messages.map(({ createdAt }) => createdAt),
  messages.map(({ expiresAt }) => expiresAt ?? null),
  messages.map(({ forSubscribers }) => forSubscribers ?? false),
];

/**
 * Returns a table `d` with the columns of `dispatches`, but with the id of the message instead of its
 * number.
 */
export async function dispatchTable(
  db: Queries,
  rows: readonly NewDispatch[],
  fanOuts: readonly (string | null)[],
  taken: number,
): Promise<Table> {
  const queues = await queueNumbers(db, rows);
  const columns: readonly [Column, ...Column[]] = [
    ['id', 'uuid', rows.map(({ id }) => id)],
    ['address', 'text', rows.map(({ address }) => address)],
    ['message_id', 'uuid', rows.map(({ messageId }) => messageId)],
    ['queue', 'integer', queues],
    ['priority', 'integer', rows.map(({ priority }) => priority)],
    ['due_at', 'bigint', rows.map(({ dueAt }) => dueAt)],
    ['recipient_id', 'text', rows.map(({ recipientId }) => recipientId ?? null)],
    ['fan_out', 'bigint', fanOuts],
  ];
  return tableOf('d', columns, taken);
}

/** The columns for {@link dispatchSource}. */
export const dispatchTarget = '(id, message, queue, priority, due_at, address, recipient_id, fan_out, changed_at)';
/**
 * Returns the `select` of rows for `dispatches` from `d` and the message `m`. `now` is the parameter of the
 * time.
 */
export const dispatchSource = (now: string): string =>
  `select d.id, m.seq, d.queue, d.priority, d.due_at, d.address, d.recipient_id, d.fan_out, ${now}::bigint`;

const uniqueViolation = '23505';

/** Leaves a dispatch whose id is already stored as it is. */
export const onConflictDoNothing = 'on conflict (id) do nothing';

/**
 * Runs a transaction that inserts dispatches, first without `on conflict`, which would take a fifth of the
 * time. An id depends on the message and the recipient, so a conflict is rare: a recipient in two pages of
 * a list.
 */
export async function retryOnConflict<T>(transaction: (onConflict: string) => Promise<T>): Promise<T> {
  try {
    return await transaction('');
  } catch (error) {
    if (codeOf(error) !== uniqueViolation) throw error;
    return transaction(onConflictDoNothing);
  }
}

/**
 * Returns the number of each dispatch's fan-out, or null. As text: the host's client may parse a `bigint`
 * in any way.
 */
export async function insertFanOuts(db: Queries, dispatches: readonly NewDispatch[]): Promise<readonly (string | null)[]> {
  const numbers: (string | null)[] = [];
  for (const { fanOut } of dispatches) numbers.push(fanOut === undefined ? null : await insertFanOut(db, fanOut));
  return numbers;
}

async function insertFanOut(db: Queries, content: string): Promise<string> {
  const [row] = await db.all<{ seq: string }>(`insert into ${db.tables.fanOuts} (content) values ($1) returning seq::text as seq`, content);
  return (row as { seq: string }).seq;
}

/** Deletes the fan-outs whose dispatch was already stored. */
export async function deleteUnusedFanOuts(
  db: Queries,
  dispatches: readonly NewDispatch[],
  numbers: readonly (string | null)[],
): Promise<void> {
  const made = dispatches.map(({ id }, index) => ({ id, number: numbers[index] ?? null })).filter(({ number }) => number !== null);
  if (made.length === 0) return;
  const { fanOuts, dispatches: table } = db.tables;
  await db.run(
    `delete from ${fanOuts} f using ${unnest('$1::uuid[]', '$2::bigint[]')} as g (id, seq)
     where f.seq = g.seq and not exists (select from ${table} d where d.id = g.id and d.fan_out = g.seq)`,
    made.map(({ id }) => id),
    made.map(({ number }) => number),
  );
}

/**
 * Marks the messages without a dispatch, so `prune` finds them by an index. Two transactions may remove the
 * last two dispatches of a message at the same time, and each still sees the other's row. So each locks the
 * message first, and then looks.
 */
export async function markEmpty(db: Queries, messages: readonly (number | string)[]): Promise<void> {
  if (messages.length === 0) return;
  const { messages: table, dispatches } = db.tables;
  await db.all(`select from ${table} where seq = any($1::bigint[]) order by seq for update`, messages);
  await db.run(
    `update ${table} m set is_empty = true
     where m.seq = any($1::bigint[]) and not exists (select from ${dispatches} d where d.message = m.seq)`,
    messages,
  );
}
