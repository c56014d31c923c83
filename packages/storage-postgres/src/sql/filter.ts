import type { DispatchFilter } from '@sitemessage/core';

export interface Condition {
  /** Begins with `and`, unless it is empty. */
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** What a filter asks of the dispatch `d`; its parameters follow after `taken` others. */
export function condition(
  { ids, messageId, messenger, type, address, status, since }: DispatchFilter,
  taken: number,
  messages: string,
): Condition {
  const parts: [sql: (parameter: string) => string, value: unknown][] = [
    [(parameter) => `d.id = any(${parameter}::text[])`, ids],
    [(parameter) => `d.message = (select seq from ${messages} where id = ${parameter})`, messageId],
    [(parameter) => `d.messenger = ${parameter}`, messenger],
    [(parameter) => `d.type = ${parameter}`, type],
    [(parameter) => `d.address = ${parameter}`, address],
    [(parameter) => `d.status = ${parameter}`, status],
    [(parameter) => `d.changed_at >= ${parameter}`, since],
  ];
  const given = parts.filter(([, value]) => value !== undefined);
  return {
    sql: given.map(([sql], index) => ` and ${sql(`$${taken + index + 1}`)}`).join(''),
    values: given.map(([, value]) => value),
  };
}
