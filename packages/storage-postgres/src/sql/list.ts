import type { DispatchFilter, DispatchRecord } from '@sitemessage/core/storage';
import { type RecordRow, toRecord } from '@sitemessage/core/storage';
import type { Queries } from '../client.ts';
import { isUuid } from '../text.ts';
import { condition } from './filter.ts';
import { selectRecords } from './records.ts';

const pageSize = 1_000;

export async function* list(db: Queries, { messageId, ...filter }: DispatchFilter): AsyncGenerator<DispatchRecord> {
  const range = messageId === undefined ? everything : await rangeOf(db, messageId);
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

/** However many ids are asked for, a page looks for no more of them than it has rows. */
function* partsOf(filter: DispatchFilter): Generator<DispatchFilter> {
  if (!filter.ids) return yield filter;
  const ids = [...new Set(filter.ids)].sort();
  for (let start = 0; start < ids.length; start += pageSize) yield { ...filter, ids: ids.slice(start, start + pageSize) };
}

/** Between which ids to look, both included, and for which message. */
interface Range {
  readonly first: string;
  readonly last: string;
  readonly message?: number;
}

const everything: Range = { first: '00000000-0000-0000-0000-000000000000', last: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

/** The dispatches of one message lie together: a page of them is found by their ids, and not by looking at all of them for each page. */
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
