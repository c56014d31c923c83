import type { DispatchFilter } from '@sitemessage/core/storage';
import { outcomeColumns } from '@sitemessage/core/storage';
import type { Tables } from '../tables.ts';
import { isUuid, known } from '../text.ts';

export interface Condition {
  /** Begins with `and`, unless it is empty. */
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** What a filter asks of the dispatch `d`; its parameters follow after `taken` others. What is no id is the id of nothing. */
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
    // Looked up first: a page in the order of ids might else be looked for among all of them.
    [(parameter) => `d.id = any(array(select id from ${dispatches} where provider_id = ${parameter}))`, known(providerId)],
    // Reported at any time.
    [(parameter) => `d.${outcomeColumn} >= ${parameter}`, outcome && 0],
  ];
  const given = parts.filter(([, value]) => value !== undefined);
  return {
    sql: given.map(([sql], index) => ` and ${sql(`$${taken + index + 1}`)}`).join(''),
    values: given.map(([, value]) => value),
  };
}
