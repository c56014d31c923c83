import type { MessageRecord, NewDispatch } from '@sitemessage/core';
import type { Queries } from '../client.ts';
import { storable } from '../text.ts';

/*
 * What comes in is read, copied and checked before a transaction begins, so that a broken object costs nothing.
 */

/** @throws PermanentError for text that cannot be stored. */
export function copyMessage({ id, type, context, sender, createdAt, expiresAt }: MessageRecord): MessageRecord {
  return {
    id: storable(id, 'id'),
    type: storable(type, 'type'),
    context: storable(context, 'context'),
    ...(sender !== undefined && { sender: storable(sender, 'sender') }),
    createdAt,
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** @throws PermanentError for text that cannot be stored. */
export function copyDispatch(dispatch: NewDispatch): NewDispatch {
  const { id, messageId, messenger, type, priority, dueAt, address, recipientId, fanOut } = dispatch;
  return {
    id: storable(id, 'id'),
    messageId: storable(messageId, 'messageId'),
    messenger: storable(messenger, 'messenger'),
    type: storable(type, 'type'),
    priority,
    dueAt,
    address: storable(address, 'address'),
    ...(recipientId !== undefined && { recipientId: storable(recipientId, 'recipientId') }),
    ...(fanOut !== undefined && { fanOut: storable(fanOut, 'fanOut') }),
  };
}

/** As arrays, for {@link unnestedMessages}. */
export function messageColumns(messages: readonly MessageRecord[]): readonly unknown[] {
  return [
    messages.map(({ id }) => id),
    messages.map(({ type }) => type),
    messages.map(({ context }) => context),
    messages.map(({ sender }) => sender ?? null),
    messages.map(({ createdAt }) => createdAt),
    messages.map(({ expiresAt }) => expiresAt ?? null),
  ];
}

/** Takes the parameters $1 to $6. */
export const unnestedMessages = 'unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[])';

/** As arrays, for {@link unnestedDispatches}; `fanOuts` has the number of what each expands from. */
export function dispatchColumns(dispatches: readonly NewDispatch[], fanOuts: readonly (string | null)[]): readonly unknown[] {
  return [
    dispatches.map(({ id }) => id),
    dispatches.map(({ messageId }) => messageId),
    dispatches.map(({ messenger }) => messenger),
    dispatches.map(({ type }) => type),
    dispatches.map(({ priority }) => priority),
    dispatches.map(({ dueAt }) => dueAt),
    dispatches.map(({ address }) => address),
    dispatches.map(({ recipientId }) => recipientId ?? null),
    fanOuts,
  ];
}

/** The given rows as `d`, with the parameters from $`first` on: nine of them. */
export function unnestedDispatches(first: number): string {
  const casts = ['text', 'text', 'text', 'text', 'bigint', 'bigint', 'text', 'text', 'bigint'];
  const arrays = casts.map((type, index) => `$${first + index}::${type}[]`).join(', ');
  return `unnest(${arrays}) with ordinality as d (id, message_id, messenger, type, priority, due_at, address, recipient_id, fan_out, nr)`;
}

/** What goes into `dispatches` from `d`, for the message `m`. In the order of ids, so that two who store the same rows never wait for one another in turn. */
export const dispatchTarget = '(id, message, messenger, type, priority, due_at, address, recipient_id, fan_out, changed_at)';
export const dispatchSource = 'd.id, m.seq, d.messenger, d.type, d.priority, d.due_at, d.address, d.recipient_id, d.fan_out';

/** Returns their numbers as text, whatever the connection makes of a `bigint`; null for what does not expand. */
export async function insertFanOuts(db: Queries, dispatches: readonly NewDispatch[]): Promise<readonly (string | null)[]> {
  const numbers: (string | null)[] = [];
  for (const { fanOut } of dispatches) numbers.push(fanOut === undefined ? null : await insertFanOut(db, fanOut));
  return numbers;
}

export async function insertFanOut(db: Queries, content: string): Promise<string> {
  const [row] = await db.all<{ seq: string }>(`insert into ${db.tables.fanOuts} (content) values ($1) returning seq::text as seq`, content);
  return (row as { seq: string }).seq;
}

/** Those whose dispatch was stored already. */
export async function deleteUnusedFanOuts(
  db: Queries,
  dispatches: readonly NewDispatch[],
  numbers: readonly (string | null)[],
): Promise<void> {
  const { fanOuts, dispatches: table } = db.tables;
  await db.run(
    `delete from ${fanOuts} f using unnest($1::text[], $2::bigint[]) as g (id, seq)
     where f.seq = g.seq and not exists (select from ${table} d where d.id = g.id and d.fan_out = g.seq)`,
    dispatches.map(({ id }) => id),
    numbers,
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
