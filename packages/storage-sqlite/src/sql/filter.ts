import type { DispatchFilter } from '@sitemessage/core/storage';
import { outcomeColumns } from '@sitemessage/core/storage';
import type { SqliteValue } from '../database.ts';
import { known } from '../text.ts';

export interface Condition {
  readonly sql: string;
  readonly values: readonly SqliteValue[];
}

/** `due_at` of the dispatch `d`, hidden from SQLite's planner when ids are given: it would read the index of all that is final, or open, instead. */
export const dueAt = ({ ids }: DispatchFilter): string => (ids ? '+d.due_at' : 'd.due_at');

/** What a filter asks of the dispatch `d`. */
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
    // Reported at any time.
    [`d.${outcomeColumn} >= ?`, outcome && 0],
  ];
  const given = parts.filter((part): part is [string, SqliteValue] => part[1] !== undefined);
  return { sql: given.map(([sql]) => ` and ${sql}`).join(''), values: given.map(([, value]) => value) };
}
