import { setImmediate } from 'node:timers/promises';
import type { AttemptError, DispatchDetails, DispatchFilter, DispatchRecord } from '@sitemessage/core/storage';
import { type RecordRow, toRecord } from '@sitemessage/core/storage';
import type { Client, Queries } from '../client.ts';
import { condition } from './filter.ts';

/**
 * Selects the columns of a {@link RecordRow}. A `where` on `d` follows. Subqueries look each row up by its
 * number. A join may scan a table if `analyze` ran while it was small.
 */
const selectRecords = `
  select d.id, (select id from sitemessage_messages where seq = d.message) as message_id,
    (select messenger from sitemessage_queues where seq = d.queue) as messenger, (select type from sitemessage_queues where seq = d.queue) as type,
    d.priority, d.address, d.recipient_id, d.status, d.attempt, d.due_at, d.changed_at, d.provider_id, d.reason,
    d.delivered_at, d.read_at, d.bounced_at, d.complained_at
  from sitemessage_dispatches d`;

export async function find(client: Client, id: string): Promise<DispatchDetails | undefined> {
  return client.read((db) => {
    const row = db.get<RecordRow>(`${selectRecords} where d.id = ?`, id);
    if (!row) return undefined;
    const errors = db.all<AttemptError>(
      'select kind, code, message, attempt, at from sitemessage_errors where dispatch = ? order by seq',
      id,
    );
    return { ...toRecord(row), errors: errors.map((error) => ({ ...error })) };
  });
}

/** The number of rows that one read looks at, also rows that do not match. It takes some 5 ms. */
const pageSize = 1_000;

/** Lists page by page. Between two pages the event loop runs other work. */
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

/** Splits a filter by many ids, so that a page searches for no more ids than it has rows. */
function* partsOf(filter: DispatchFilter): Generator<DispatchFilter> {
  if (!filter.ids) return yield filter;
  const ids = [...new Set(filter.ids)].sort();
  for (let start = 0; start < ids.length; start += pageSize) yield { ...filter, ids: ids.slice(start, start + pageSize) };
}

interface Page {
  readonly records: readonly DispatchRecord[];
  /** The last id of the page. Undefined for the last page. */
  readonly end: string | undefined;
}

/**
 * Reads a page of rows that an index finds, and returns those that match. A page of matching rows could
 * read every row of the table.
 */
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
