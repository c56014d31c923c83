import type { MessageRecord, NewDispatch } from '@sitemessage/core/storage';
import type { Queries } from '../client.ts';
import { codeOf } from '../thrown.ts';
import { queueNumbers } from './queues.ts';
import { type Column, type Table, tableOf, unnest } from './table.ts';

/** In the order of ids, so that two who store the same rows never wait for one another in turn; of those that come twice, the first one. */
export function inOrder(dispatches: readonly NewDispatch[]): readonly NewDispatch[] {
  const sorted = [...dispatches].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return sorted.filter(({ id }, index) => index === 0 || sorted[index - 1]?.id !== id);
}

/** Takes the parameters of {@link messageColumns}. */
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

/** A table `d` with the columns of `dispatches`, but with the id of the message for its number. */
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

/** What goes into `dispatches` from `d`, for the message `m`, and the time of the parameter. */
export const dispatchTarget = '(id, message, queue, priority, due_at, address, recipient_id, fan_out, changed_at)';
export const dispatchSource = (now: string): string =>
  `select d.id, m.seq, d.queue, d.priority, d.due_at, d.address, d.recipient_id, d.fan_out, ${now}::bigint`;

/** Leaves a dispatch whose id is stored already as it is. */
export const doNothing = 'on conflict (id) do nothing';

/**
 * Runs a transaction that inserts dispatches, without a word about conflicts of ids at first: ids follow from the message and the
 * recipient, so that a conflict is rare (somebody named in two pages of a list), and to look out for one takes a fifth of the time.
 */
export async function leavingThoseThatAreThere<T>(transaction: (onConflict: string) => Promise<T>): Promise<T> {
  try {
    return await transaction('');
  } catch (error) {
    if (codeOf(error) !== '23505') throw error;
    return transaction(doNothing);
  }
}

/** Returns their numbers as text, whatever the connection makes of a `bigint`; null for what does not expand. */
export async function insertFanOuts(db: Queries, dispatches: readonly NewDispatch[]): Promise<readonly (string | null)[]> {
  const numbers: (string | null)[] = [];
  for (const { fanOut } of dispatches) numbers.push(fanOut === undefined ? null : await insertFanOut(db, fanOut));
  return numbers;
}

async function insertFanOut(db: Queries, content: string): Promise<string> {
  const [row] = await db.all<{ seq: string }>(`insert into ${db.tables.fanOuts} (content) values ($1) returning seq::text as seq`, content);
  return (row as { seq: string }).seq;
}

/** Those whose dispatch was stored already. */
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
 * Marks those of these messages that have no dispatch, so that prune need not look for them. Two who take away the last two dispatches
 * of a message at the same time see each other's: so each waits for the other, and then looks.
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
