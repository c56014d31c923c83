import type { AttemptError, DispatchDetails, DispatchFilter, DispatchRecord } from '@sitemessage/core/storage';
import { type RecordRow, toRecord } from '@sitemessage/core/storage';
import type { Queries } from '../queries.ts';
import type { Tables } from '../schema.ts';
import { isUuid } from '../text.ts';
import { condition } from './filter.ts';

/** Selects the columns of a {@link RecordRow}. A `where` on `d` follows. */
const selectRecords = ({ dispatches, messages, queues }: Tables): string => `
  select d.id, m.id as message_id, q.messenger, q.type, d.priority, d.address, d.recipient_id, d.status, d.attempt, d.due_at, d.changed_at,
    d.provider_id, d.reason, d.delivered_at, d.read_at, d.bounced_at, d.complained_at
  from ${dispatches} d join ${messages} m on m.seq = d.message join ${queues} q on q.seq = d.queue`;

export async function find({ tables, all }: Queries, id: string): Promise<DispatchDetails | undefined> {
  if (!isUuid(id)) return undefined;
  const [row] = await all<RecordRow & { readonly errors: readonly AttemptError[] }>(
    `select r.*, (
       select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('kind', kind, 'code', code, 'message', message, 'attempt', attempt, 'at', at) order by seq), '[]')
       from ${tables.errors} where dispatch = r.id
     ) as errors
     from (${selectRecords(tables)} where d.id = $1) r`,
    id,
  );
  return row && { ...toRecord(row), errors: row.errors };
}

/** The number of rows in a page. */
const pageSize = 1_000;

export async function* list(db: Queries, { messageId, ...filter }: DispatchFilter): AsyncGenerator<DispatchRecord> {
  const range = messageId === undefined ? allIds : await rangeOf(db, messageId);
  if (!range) return;
  for (const part of partsOf(filter)) {
    for (let after: string | undefined, isLast = false; !isLast; ) {
      const page = await readPage(db, part, range, after);
      yield* page;
      isLast = page.length < pageSize;
      after = page.at(-1)?.id;
    }
  }
}

/** Splits a filter by many ids, so that a page searches for no more ids than it has rows. */
function* partsOf(filter: DispatchFilter): Generator<DispatchFilter> {
  if (!filter.ids) return yield filter;
  const ids = [...new Set(filter.ids)].sort();
  for (let start = 0; start < ids.length; start += pageSize) yield { ...filter, ids: ids.slice(start, start + pageSize) };
}

/** A range of ids, both ends included. */
interface Range {
  readonly first: string;
  readonly last: string;
  /** The number of the message. Missing: every message. */
  readonly message?: number;
}

const allIds: Range = { first: '00000000-0000-0000-0000-000000000000', last: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

/**
 * Returns the range of a message's ids. They lie together, so each page reads its range and not the whole
 * message.
 */
async function rangeOf({ tables, all }: Queries, messageId: string): Promise<Range | undefined> {
  if (!isUuid(messageId)) return undefined;
  const [range] = await all<Range>(
    `select d.message, pg_catalog.min(d.id::text collate "C") as first, pg_catalog.max(d.id::text collate "C") as last
     from ${tables.dispatches} d where d.message = (select seq from ${tables.messages} where id = $1) group by d.message`,
    messageId,
  );
  return range;
}

async function readPage(
  { tables, all }: Queries,
  filter: DispatchFilter,
  range: Range,
  after: string | undefined,
): Promise<readonly DispatchRecord[]> {
  const { sql, values } = condition(filter, 4, tables);
  const rows = await all<RecordRow>(
    `${selectRecords(tables)}
     where d.id ${after === undefined ? '>=' : '>'} $1 and d.id <= $2 and ($4::bigint is null or d.message + 0 = $4)${sql}
     order by d.id limit $3`,
    after ?? range.first,
    range.last,
    pageSize,
    range.message ?? null,
    ...values,
  );
  return rows.map(toRecord);
}
