import type { Claim, Claimed, ClaimRequest, MessageRecord } from '@sitemessage/core/storage';
import type { Queries } from '../queries.ts';
import type { Tables } from '../schema.ts';
import { isStorable, known, uuid } from '../text.ts';

export async function claim(db: Queries, request: ClaimRequest): Promise<Claimed> {
  const { messenger, types, now, limit, token, leaseUntil, inFlight = 0, priority } = request;
  const rows = await db.all<ClaimRow>(
    statement(db.tables, priority !== undefined),
    known(messenger),
    types.filter(isStorable),
    now,
    limit,
    uuid(token, 'token'),
    leaseUntil,
    inFlight,
    ...(priority === undefined ? [] : [priority]),
  );
  return { claims: rows.map(toClaim), messages: rows.flatMap(toMessage) };
}

/**
 * Returns the statement of a claim. For each priority, highest first, it reads the start of each queue's
 * part of the index. So it reads no row that is not due, or of another type. It locks the rows as it finds
 * them and skips locked ones, so claims do not wait for each other. A message's context is returned with
 * its first row only.
 */
function statement({ dispatches, messages, queues, fanOuts, inFlight }: Tables, isExact: boolean): string {
  const highest = (below: string): string => `
    select pg_catalog.max(top.priority) from wanted, lateral (
      select d.priority from ${dispatches} d
      where d.queue = wanted.queue and d.due_at is not null${below}
      order by d.priority desc limit 1
    ) top`;
  const descending = `${highest('')} union all select (${highest(' and d.priority < p.priority')}) from priorities p where p.priority is not null`;
  return `
    with recursive wanted (queue) as materialized (
      select seq from ${queues} where messenger = $1 and type = any($2::text[])
    ),
    priorities (priority) as (${isExact ? 'select $8::integer' : descending}),
    picked as (
      select due.id, p.priority, due.due_at, due.status = 'processing' as is_lost, due.token
      from priorities p, lateral (
        select first.id, first.due_at, first.status, first.token from wanted, lateral (
          select d.id, d.due_at, d.status, d.token from ${dispatches} d
          where d.queue = wanted.queue and d.priority = p.priority and d.due_at <= $3
          order by d.due_at, d.id limit $4 for update skip locked
        ) first
        order by first.due_at, first.id limit $4
      ) due
      where p.priority is not null
      limit $4
    ),
    progress as (
      select p.*, case when p.is_lost then (
        select f.seq from ${inFlight} f where f.token = p.token and p.id = any(f.ids)
      ) end as seq
      from picked p
    ),
    leased as (
      update ${dispatches} d set status = 'processing', token = $5, due_at = $6, changed_at = $3,
        attempt = case when r.is_lost and coalesce(r.seq, 0) = 0 then d.attempt else d.attempt + 1 end,
        losses = case when not r.is_lost then d.losses when r.seq is null then 0 else d.losses + 1 end
      from progress r where d.id = r.id
      returning d.id, d.message, d.address, d.recipient_id, d.attempt, d.losses, d.fan_out,
        r.priority, r.due_at as was_due, coalesce(r.seq, 0) > 0 as recovered
    ),
    marked as (
      insert into ${inFlight} (token, seq, ids, stored_at)
      select $5, 0, pg_catalog.array_agg(first.id), $3
      from (select id from leased order by priority desc, was_due, id limit $7) first having pg_catalog.count(*) > 0
    )
    select l.id, m.id as message_id, l.address, l.recipient_id, l.attempt, l.recovered, l.losses, f.content as fan_out,
      l.nr = 1 as is_first, m.type, case when l.nr = 1 then m.context end as context, m.sender, m.created_at, m.expires_at, m.for_subscribers
    from (select *, pg_catalog.row_number() over (partition by message order by priority desc, was_due, id) as nr from leased) l
    join ${messages} m on m.seq = l.message
    left join ${fanOuts} f on f.seq = l.fan_out
    order by l.priority desc, l.was_due, l.id`;
}

interface ClaimRow {
  readonly id: string;
  readonly message_id: string;
  readonly address: string;
  readonly recipient_id: string | null;
  readonly attempt: number;
  readonly recovered: boolean;
  readonly losses: number;
  readonly fan_out: string | null;
  /** True for the first row of a message. The other rows have no context. */
  readonly is_first: boolean;
  readonly type: string;
  readonly context: string;
  readonly sender: string | null;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly for_subscribers: boolean;
}

const toClaim = ({ id, message_id, address, recipient_id, attempt, recovered, losses, fan_out }: ClaimRow): Claim => ({
  id,
  messageId: message_id,
  address,
  ...(recipient_id !== null && { recipientId: recipient_id }),
  attempt,
  recovered,
  losses,
  ...(fan_out !== null && { fanOut: fan_out }),
});

function toMessage({ is_first, message_id, type, context, sender, created_at, expires_at, for_subscribers }: ClaimRow): MessageRecord[] {
  if (!is_first) return [];
  return [
    {
      id: message_id,
      type,
      context,
      ...(sender !== null && { sender }),
      createdAt: created_at,
      ...(expires_at !== null && { expiresAt: expires_at }),
      ...(for_subscribers && { forSubscribers: true as const }),
    },
  ];
}
