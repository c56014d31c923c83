import type { AttemptError, DispatchDetails } from '@sitemessage/core/storage';
import { type RecordRow, toRecord } from '@sitemessage/core/storage';
import type { Client } from '../client.ts';
import { selectRecords } from './records.ts';

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
