import { ArgumentError } from '../errors.ts';
import { kindOf } from '../foreign.ts';
import type { CountFilter, DispatchFilter } from '../storage/port.ts';
import type { DispatchStatus, Outcome } from '../storage/records.ts';
import type { SuppressionFilter, SuppressionReason } from '../storage/suppressions.ts';
import { check, checkOptions, invalidOption, type OptionCheck } from '../validate.ts';

const statuses: readonly DispatchStatus[] = ['pending', 'processing', 'error', 'sent', 'failed', 'skipped'];
export const outcomes: readonly Outcome[] = ['delivered', 'read', 'bounced', 'complained'];

const isText: OptionCheck = (value) => (typeof value === 'string' ? undefined : `must be a string, not ${kindOf(value)}`);
/** 0 means from the beginning. A fraction is allowed: nothing is stored. */
const isTime: OptionCheck = (value) =>
  value === 0 ? undefined : check.time('Date.now() - 60_000')(Number.isFinite(value) ? Math.trunc(value as number) : value);
const isList: OptionCheck = (value) =>
  Array.isArray(value) && value.every((id) => typeof id === 'string') ? undefined : `must be an array of strings, not ${kindOf(value)}`;

const dispatchFields: Readonly<Record<keyof DispatchFilter, OptionCheck>> = {
  ids: isList,
  messageId: isText,
  messenger: isText,
  type: isText,
  address: isText,
  status: check.oneOf(statuses),
  since: isTime,
  providerId: isText,
  outcome: check.oneOf(outcomes),
};
const suppressionReasons: readonly SuppressionReason[] = ['gone', 'complained', 'manual'];
const suppressionFields: Readonly<Record<keyof SuppressionFilter, OptionCheck>> = {
  messenger: isText,
  reason: check.oneOf(suppressionReasons),
  since: isTime,
};
const countFields: Readonly<Record<keyof CountFilter, OptionCheck>> = { messenger: isText, type: isText, since: isTime };

/**
 * A filter with a mistake in it would match more than was meant, or everything: a misspelled `ids`, or a `messageId` that is not there.
 *
 * @throws ArgumentError that names the field.
 */
export function checkFilter(filter: DispatchFilter): DispatchFilter {
  return checkFields(filter, dispatchFields);
}

/** @throws ArgumentError that names the field. */
export function checkCountFilter(filter: CountFilter): CountFilter {
  return checkFields(filter, countFields);
}

/** @throws ArgumentError that names the field. */
export function checkSuppressionFilter(filter: SuppressionFilter): SuppressionFilter {
  return checkFields(filter, suppressionFields);
}

function checkFields<Filter extends object>(filter: Filter, fields: Readonly<Record<string, OptionCheck>>): Filter {
  const of = 'the filter';
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter)) {
    const problem = `The filter is ${kindOf(filter)}. Give an object, such as { messenger }, or {} for everything.`;
    throw new ArgumentError(problem, { code: 'option_invalid', field: 'filter' });
  }
  checkOptions(filter, fields, { of });
  const missing = Object.entries(filter).find(([, value]) => value === undefined);
  if (missing) throw invalidOption(missing[0], 'is undefined, which would match everything. Leave it out if you mean that', of);
  return filter;
}
