import type { Outcome } from '@sitemessage/core/storage';
import { outcomeColumns } from '@sitemessage/core/storage';
import type { Queries } from '../client.ts';
import { isUuid } from '../text.ts';

export async function report({ tables, run }: Queries, id: string, outcome: Outcome, now: number): Promise<boolean> {
  if (!isUuid(id)) return false;
  const column = outcomeColumns[outcome];
  return (await run(`update ${tables.dispatches} set ${column} = $2 where id = $1 and ${column} is null`, id, now)) === 1;
}
