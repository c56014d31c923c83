import type { DispatchFilter } from '@sitemessage/core/storage';
import { outcomeColumns } from '@sitemessage/core/storage';
import type { SqliteValue } from '../database.ts';
import { known } from '../text.ts';

export interface Condition {
  /** The SQL, empty or with a leading `and`. */
  readonly sql: string;
  readonly values: readonly SqliteValue[];
}

/**
 * Returns the SQL for `due_at` of the dispatch `d`. With ids, a `+` hides the column from SQLite's planner:
 * it would read the index of all open or final dispatches instead.
 */
export const dueAt = ({ ids }: DispatchFilter): string => (ids ? '+d.due_at' : 'd.due_at');

/** Returns the condition on the dispatch `d` that a filter stands for. */
export function condition(filter: DispatchFilter): Condition {
  const { ids, messageId, messenger, type, address, status, since, providerId, outcome } = filter;
  const outcomeColumn = outcome && outcomeColumns[outcome];
  const parts: [sql: string, value: SqliteValue | undefined][] = [
    ['d.id in (select value from json_each(?))', ids && JSON.stringify(ids)],
    ['d.message = (select seq from sitemessage_messages where id = ?)', messageId],
    ['d.queue in (select seq from sitemessage_queues where messenger = ?)', known(messenger)],
    ['d.queue in (select seq from sitemessage_queues where type = ?)', known(type)],
    ['d.address = ?', known(address)],
    ['d.status = ?', status],
    ['d.changed_at >= ?', since],
    ['d.id in (select id from sitemessage_dispatches where provider_id = ?)', known(providerId)],
    // Any time will do: the column is null until the outcome is reported.
    [`d.${outcomeColumn} >= ?`, outcome && 0],
  ];
  const given = parts.filter((part): part is [string, SqliteValue] => part[1] !== undefined);
  return { sql: given.map(([sql]) => ` and ${sql}`).join(''), values: given.map(([, value]) => value) };
}
