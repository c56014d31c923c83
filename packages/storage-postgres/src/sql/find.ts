import type { AttemptError, DispatchDetails } from '@sitemessage/core/storage';
import { type RecordRow, toRecord } from '@sitemessage/core/storage';
import type { Client } from '../client.ts';
import { isUuid } from '../text.ts';
import { selectRecords } from './records.ts';

export async function find(client: Client, id: string): Promise<DispatchDetails | undefined> {
  if (!isUuid(id)) return undefined;
  const { tables } = client;
  const [row] = await client.all<RecordRow & { readonly errors: readonly AttemptError[] }>(
    `select r.*, (
       select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('kind', kind, 'code', code, 'message', message, 'attempt', attempt, 'at', at) order by seq), '[]')
       from ${tables.errors} where dispatch = r.id
     ) as errors
     from (${selectRecords(tables)} where d.id = $1) r`,
    id,
  );
  return row && { ...toRecord(row), errors: row.errors };
}
