import { inspect } from 'node:util';
import type { CountFilter, DispatchFilter } from '../storage/port.ts';
import type { DispatchStatus, Outcome } from '../storage/records.ts';
import type { SuppressionFilter, SuppressionReason } from '../storage/suppressions.ts';
import { problemOfTime } from '../times.ts';

type Check = (value: unknown, name: string) => void;

const statuses: readonly DispatchStatus[] = ['pending', 'processing', 'error', 'sent', 'failed', 'skipped'];
export const outcomes: readonly Outcome[] = ['delivered', 'read', 'bounced', 'complained'];

const text: Check = (value, name) => {
  if (typeof value !== 'string') throw new TypeError(`\`${name}\` of the filter must be a string, not ${inspect(value)}.`);
};
/** 0 means from the beginning. A fraction is no mistake: nothing is stored. */
const time: Check = (value, name) => {
  const problem =
    value === 0 ? undefined : problemOfTime(Number.isFinite(value) ? Math.trunc(value as number) : value, 'Date.now() - 60_000');
  if (problem !== undefined) throw new TypeError(`\`${name}\` of the filter ${problem}`);
};
const list: Check = (value, name) => {
  if (!Array.isArray(value)) throw new TypeError(`\`${name}\` of the filter must be an array of ids, not ${inspect(value)}.`);
  for (const [index, id] of value.entries()) text(id, `${name}[${index}]`);
};
const oneOf =
  (known: readonly string[]): Check =>
  (value, name) => {
    if (known.some((one) => one === value)) return;
    throw new TypeError(`\`${name}\` of the filter is ${inspect(value)}; it can be ${known.join(', ')}.`);
  };

const dispatchFields: Readonly<Record<keyof DispatchFilter, Check>> = {
  ids: list,
  messageId: text,
  messenger: text,
  type: text,
  address: text,
  status: oneOf(statuses),
  since: time,
  providerId: text,
  outcome: oneOf(outcomes),
};
const suppressionReasons: readonly SuppressionReason[] = ['gone', 'complained', 'manual'];
const suppressionFields: Readonly<Record<keyof SuppressionFilter, Check>> = {
  messenger: text,
  reason: oneOf(suppressionReasons),
  since: time,
};
const countFields: Readonly<Record<keyof CountFilter, Check>> = { messenger: text, type: text, since: time };

/**
 * A filter with a mistake in it would match more than was meant, or everything: a misspelled `ids`, or a `messageId` that is not there.
 *
 * @throws TypeError that names the field.
 */
export function checkFilter(filter: DispatchFilter): DispatchFilter {
  return check(filter, dispatchFields);
}

/** @throws TypeError that names the field. */
export function checkCountFilter(filter: CountFilter): CountFilter {
  return check(filter, countFields);
}

/** @throws TypeError that names the field. */
export function checkSuppressionFilter(filter: SuppressionFilter): SuppressionFilter {
  return check(filter, suppressionFields);
}

function check<Filter extends object>(filter: Filter, fields: Readonly<Record<string, Check>>): Filter {
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter)) {
    throw new TypeError(`The filter is ${inspect(filter)}; give an object, such as { messenger }, or {} for everything.`);
  }
  for (const [name, value] of Object.entries(filter)) {
    const checkField = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!checkField) throw new TypeError(`\`${name}\` is no field of the filter; it has ${Object.keys(fields).join(', ')}.`);
    if (value === undefined)
      throw new TypeError(`\`${name}\` of the filter is undefined, which would match everything; leave it out if that is meant.`);
    checkField(value, name);
  }
  return filter;
}
