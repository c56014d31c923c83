import type { DispatchFilter, DispatchRecord } from '@sitemessage/core';
import type { Client } from '../client.ts';
import { condition } from './filter.ts';
import { type RecordRow, selectRecords, toRecord } from './record.ts';

const pageSize = 1_000;

export async function* list(client: Client, filter: DispatchFilter): AsyncGenerator<DispatchRecord> {
  for (const part of partsOf(filter)) {
    for (let after = '', isLast = false; !isLast; ) {
      const page = await readPage(client, part, after);
      yield* page;
      isLast = page.length < pageSize;
      after = page.at(-1)?.id ?? after;
    }
  }
}

/** However many ids are asked for, a page looks for no more of them than it has rows. */
function* partsOf(filter: DispatchFilter): Generator<DispatchFilter> {
  if (!filter.ids) return yield filter;
  const ids = [...new Set(filter.ids)].sort();
  for (let start = 0; start < ids.length; start += pageSize) yield { ...filter, ids: ids.slice(start, start + pageSize) };
}

async function readPage({ tables, all }: Client, filter: DispatchFilter, after: string): Promise<readonly DispatchRecord[]> {
  const { sql, values } = condition(filter, 2, tables.messages);
  const rows = await all<RecordRow>(`${selectRecords(tables)} where d.id > $1${sql} order by d.id limit $2`, after, pageSize, ...values);
  return rows.map(toRecord);
}
