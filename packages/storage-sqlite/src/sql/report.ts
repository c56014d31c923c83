import type { Outcome } from '@sitemessage/core/storage';
import { outcomeColumns } from '@sitemessage/core/storage';
import type { Client } from '../client.ts';

export async function report(client: Client, id: string, outcome: Outcome, now: number): Promise<boolean> {
  const column = outcomeColumns[outcome];
  return client.write((db) => db.run(`update sitemessage_dispatches set ${column} = ? where id = ? and ${column} is null`, now, id) === 1);
}
