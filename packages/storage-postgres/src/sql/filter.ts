import type { DispatchFilter } from '@sitemessage/core';
import type { Tables } from '../tables.ts';
import { isUuid, known } from '../text.ts';

export interface Condition {
  /** Begins with `and`, unless it is empty. */
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** What a filter asks of the dispatch `d`; its parameters follow after `taken` others. What is no id is the id of nothing. */
export function condition(filter: DispatchFilter, taken: number, { messages, queues }: Tables): Condition {
  const { ids, messageId, messenger, type, address, status, since } = filter;
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
  ];
  const given = parts.filter(([, value]) => value !== undefined);
  return {
    sql: given.map(([sql], index) => ` and ${sql(`$${taken + index + 1}`)}`).join(''),
    values: given.map(([, value]) => value),
  };
}
