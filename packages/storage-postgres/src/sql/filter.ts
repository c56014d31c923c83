import type { DispatchFilter } from '@sitemessage/core/storage';
import { outcomeColumns } from '@sitemessage/core/storage';
import type { Tables } from '../schema.ts';
import { isUuid, known } from '../text.ts';

export interface Condition {
  /** The SQL, empty or with a leading `and`. */
  readonly sql: string;
  readonly values: readonly unknown[];
}

/**
 * Returns the condition on the dispatch `d` that a filter stands for. Its parameters follow `taken` others.
 * A text that is not an id matches nothing.
 */
export function condition(filter: DispatchFilter, taken: number, { dispatches, messages, queues }: Tables): Condition {
  const { ids, messageId, messenger, type, address, status, since, providerId, outcome } = filter;
  const outcomeColumn = outcome && outcomeColumns[outcome];
  const parts: [sql: (parameter: string) => string, value: unknown][] = [
    [(parameter) => `d.id = any(${parameter}::uuid[])`, ids?.filter(isUuid)],
    [
      (parameter) => `d.message = (select seq from ${messages} where id = ${parameter}::uuid)`,
      messageId === undefined || isUuid(messageId) ? messageId : null,
    ],
    [(parameter) => `d.queue in (select seq from ${queues} where messenger = ${parameter})`, known(messenger)],
    [(parameter) => `d.queue in (select seq from ${queues} where type = ${parameter})`, known(type)],
    [(parameter) => `d.address = ${parameter}`, known(address)],
    [(parameter) => `d.status = ${parameter}`, status],
    [(parameter) => `d.changed_at >= ${parameter}`, since],
    // An `array` is looked up first. With a join, the planner may search all dispatches in the order of ids.
    [(parameter) => `d.id = any(array(select id from ${dispatches} where provider_id = ${parameter}))`, known(providerId)],
    // Any time will do: the column is null until the outcome is reported.
    [(parameter) => `d.${outcomeColumn} >= ${parameter}`, outcome && 0],
  ];
  const given = parts.filter(([, value]) => value !== undefined);
  return {
    sql: given.map(([sql], index) => ` and ${sql(`$${taken + index + 1}`)}`).join(''),
    values: given.map(([, value]) => value),
  };
}
