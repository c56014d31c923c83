import type { Claim, Claimed, ClaimRequest, MessageRecord } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import { isStorable, known } from '../text.ts';
import { insertMarks, type LeaseProgress, progressOf } from './marks.ts';

export async function claim(client: Client, request: ClaimRequest): Promise<Claimed> {
  return client.write((db) => {
    const entries = dueEntries(db, request);
    const lost = entries.filter(({ status }) => status === 'processing').map(({ id }) => id);
    const progress = progressOf(db, lost);
    const leased = lease(db, entries, request);
    for (const id of lost) noteLoss(db, leased.get(id) as Leased, progress.get(id) ?? 'unmarked');
    const messages = messagesOf(db, leased.values());
    const claims = entries.map(({ id }) => toClaim(db, leased.get(id) as Leased, messages, progress.get(id) === 'sending'));
    insertMarks(
      db,
      request.token,
      entries.slice(0, request.inFlight ?? 0).map(({ id }) => id),
      request.now,
    );
    return { claims, messages: [...messages.values()] };
  });
}

/** An entry of the index `open`, as it was before the claim. */
interface Entry {
  readonly id: string;
  readonly due_at: number;
  readonly status: string;
}

/** A part of the index `open`: the entries of one queue with one priority, by due time. */
interface IndexRange {
  readonly queue: number;
  readonly priority: number;
}

/**
 * Returns the due entries, by priority, due time and id. It reads the start of each range of the index, so
 * it reads no entry that is not due, or of another type.
 */
function dueEntries(db: Queries, { messenger, types, priority, now, limit }: ClaimRequest): readonly Entry[] {
  const queues = db
    .all<{ seq: number }>(
      'select seq from sitemessage_queues where messenger = ? and type in (select value from json_each(?))',
      known(messenger),
      JSON.stringify(types.filter(isStorable)),
    )
    .map(({ seq }) => seq);
  if (priority !== undefined) {
    return due(
      db,
      queues.map((queue) => ({ queue, priority })),
      now,
      limit,
    );
  }

  const entries: Entry[] = [];
  let ranges = queues.flatMap((queue) => rangeBelow(db, queue, Number.POSITIVE_INFINITY));
  while (ranges.length > 0 && entries.length < limit) {
    const highest = Math.max(...ranges.map((range) => range.priority));
    const equal = ranges.filter((range) => range.priority === highest);
    entries.push(...due(db, equal, now, limit - entries.length));
    ranges = ranges.flatMap((range) => (range.priority === highest ? rangeBelow(db, range.queue, highest) : range));
  }
  return entries;
}

/** Returns the queue's range with the highest priority below this one, if there is one. */
function rangeBelow(db: Queries, queue: number, priority: number): readonly IndexRange[] {
  return db.all<IndexRange>(
    `select queue, priority from sitemessage_dispatches indexed by sitemessage_dispatches_open
     where queue = ? and due_at is not null and priority < ? order by priority desc limit 1`,
    queue,
    priority,
  );
}

function due(db: Queries, ranges: readonly IndexRange[], now: number, limit: number): readonly Entry[] {
  return ranges
    .flatMap(({ queue, priority }) =>
      db.all<Entry>(
        `select id, due_at, status from sitemessage_dispatches indexed by sitemessage_dispatches_open
         where queue = ? and priority = ? and due_at <= ? order by due_at, id limit ?`,
        queue,
        priority,
        now,
        limit,
      ),
    )
    .sort((a, b) => a.due_at - b.due_at || (a.id < b.id ? -1 : 1))
    .slice(0, limit);
}

interface Leased {
  readonly id: string;
  readonly message: number;
  readonly address: string;
  readonly recipient_id: string | null;
  attempt: number;
  losses: number;
  readonly fan_out: number | null;
}

/**
 * Leases all rows by one statement, in half the time of one for each row. SQLite returns them in any order.
 */
function lease(db: Queries, entries: readonly Entry[], { token, now, leaseUntil }: ClaimRequest): ReadonlyMap<string, Leased> {
  const rows = db.all<Leased>(
    `update sitemessage_dispatches set status = 'processing', token = ?, due_at = ?, attempt = attempt + 1, changed_at = ?
     where id in (select value from json_each(?))
     returning id, message, address, recipient_id, attempt, losses, fan_out`,
    token,
    leaseUntil,
    now,
    JSON.stringify(entries.map(({ id }) => id)),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Gives the attempt of a lost lease back, unless the dispatch was being sent. Counts the loss if it was
 * marked.
 */
function noteLoss(db: Queries, row: Leased, progress: LeaseProgress): void {
  if (progress !== 'sending') row.attempt -= 1;
  row.losses = progress === 'unmarked' ? 0 : row.losses + 1;
  db.run('update sitemessage_dispatches set attempt = ?, losses = ? where id = ?', row.attempt, row.losses, row.id);
}

interface MessageRow {
  readonly id: string;
  readonly type: string;
  readonly context: string;
  readonly sender: string | null;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly for_subscribers: number;
}

/**
 * Returns the messages by number. Looks up one after another: for all in one statement, SQLite scans the
 * table when it takes it for a small one.
 */
function messagesOf(db: Queries, leased: Iterable<Leased>): ReadonlyMap<number, MessageRecord> {
  const numbers = new Set(Array.from(leased, ({ message }) => message));
  return new Map(Array.from(numbers, (number) => [number, message(db, number)]));
}

function message(db: Queries, number: number): MessageRecord {
  const { id, type, context, sender, created_at, expires_at, for_subscribers } = db.get<MessageRow>(
    'select id, type, context, sender, created_at, expires_at, for_subscribers from sitemessage_messages where seq = ?',
    number,
  ) as MessageRow;
  return {
    id,
    type,
    context,
    ...(sender !== null && { sender }),
    createdAt: created_at,
    ...(expires_at !== null && { expiresAt: expires_at }),
    ...(for_subscribers && { forSubscribers: true as const }),
  };
}

function toClaim(db: Queries, row: Leased, messages: ReadonlyMap<number, MessageRecord>, recovered: boolean): Claim {
  const { id, message, address, recipient_id, attempt, losses, fan_out } = row;
  return {
    id,
    messageId: (messages.get(message) as MessageRecord).id,
    address,
    ...(recipient_id !== null && { recipientId: recipient_id }),
    attempt,
    recovered,
    losses,
    ...(fan_out !== null && { fanOut: fanOut(db, fan_out) }),
  };
}

function fanOut(db: Queries, seq: number): string {
  return (db.get<{ content: string }>('select content from sitemessage_fan_outs where seq = ?', seq) as { content: string }).content;
}
