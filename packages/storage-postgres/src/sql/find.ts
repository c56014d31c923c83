import type { AttemptError, DispatchDetails } from '@sitemessage/core';
import type { Client } from '../client.ts';
import { isUuid } from '../text.ts';
import { type RecordRow, selectRecords, toRecord } from './record.ts';

export async function find(client: Client, id: string): Promise<DispatchDetails | undefined> {
  if (!isUuid(id)) return undefined;
  const { tables } = client;
  const [row] = await client.all<RecordRow & { readonly errors: readonly AttemptError[] }>(
    `select r.*, (
       select coalesce(json_agg(json_build_object('kind', kind, 'code', code, 'message', message, 'attempt', attempt, 'at', at) order by seq), '[]')
       from ${tables.errors} where dispatch = r.id
     ) as errors
     from (${selectRecords(tables)} where d.id = $1) r`,
    id,
  );
  return row && { ...toRecord(row), errors: row.errors };
}
