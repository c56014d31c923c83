import { setImmediate } from 'node:timers/promises';
import type { DispatchFilter, DispatchRecord } from '@sitemessage/core/storage';
import { type RecordRow, toRecord } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import { condition } from './filter.ts';
import { selectRecords } from './records.ts';

/** Rows looked at in one go, be they what is wanted or not: some 5 ms. In between, others get to run. */
const pageSize = 1_000;

export async function* list(client: Client, filter: DispatchFilter): AsyncGenerator<DispatchRecord> {
  for (const part of partsOf(filter)) {
    for (let after: string | undefined, isLast = false; !isLast; await setImmediate()) {
      const from = after;
      const page = await client.read((db) => readPage(db, part, from));
      yield* page.records;
      after = page.end;
      isLast = page.end === undefined;
    }
  }
}

/** However many ids are asked for, a page looks for no more of them than it has rows. */
function* partsOf(filter: DispatchFilter): Generator<DispatchFilter> {
  if (!filter.ids) return yield filter;
  const ids = [...new Set(filter.ids)].sort();
  for (let start = 0; start < ids.length; start += pageSize) yield { ...filter, ids: ids.slice(start, start + pageSize) };
}

interface Page {
  readonly records: readonly DispatchRecord[];
  /** The last id of the page; absent when there are no more. */
  readonly end: string | undefined;
}

/** Pages of what may match, cut off by id: a page of what does match could take a look at every row there is. */
function readPage(db: Queries, filter: DispatchFilter, after: string | undefined): Page {
  const { ids, messageId, providerId } = filter;
  const scope = condition({
    ...(ids && { ids }),
    ...(messageId !== undefined && { messageId }),
    ...(providerId !== undefined && { providerId }),
  });
  const from = after === undefined ? { sql: '', values: [] } : { sql: ' and d.id > ?', values: [after] };
  const end = db.get<{ id: string }>(
    `select d.id from sitemessage_dispatches d where true${scope.sql}${from.sql} order by d.id limit 1 offset ${pageSize - 1}`,
    ...scope.values,
    ...from.values,
  )?.id;
  const to = end === undefined ? { sql: '', values: [] } : { sql: ' and d.id <= ?', values: [end] };
  const wanted = condition(filter);
  const rows = db.all<RecordRow>(
    `${selectRecords} where true${wanted.sql}${from.sql}${to.sql} order by d.id`,
    ...wanted.values,
    ...from.values,
    ...to.values,
  );
  return { records: rows.map(toRecord), end };
}
