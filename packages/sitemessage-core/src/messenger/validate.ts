import { kindOf, readField } from '../foreign.ts';
import { check, invalidOption, type OptionCheck } from '../validate.ts';
import type { AnyMessenger } from './messenger.ts';

/** The longest time that a timer of Node counts, in milliseconds. A longer one would end at once. */
const longestTimeoutMs = 2 ** 31 - 1;
/** A year, in milliseconds. A longer wait is probably in a wrong unit. */
const longestRetryMs = 365 * 24 * 60 * 60_000;

const wholeMs = (least: number, most: number): OptionCheck => check.integer(least, most, 'whole milliseconds');

const isAlias: OptionCheck = (value) => {
  if (typeof value !== 'string') return `must be a string, not ${kindOf(value)}`;
  if (value === '' || value === '*') return `is "${value}". Give another name`;
  return value.includes('\0') || !value.isWellFormed() ? 'holds a NUL or half of a surrogate pair' : undefined;
};

const isFactor: OptionCheck = (value) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 1 ? undefined : `must be a number, 1 or more, not ${shown(value)}`;

const shown = (value: unknown): string => (typeof value === 'number' ? String(value) : kindOf(value));

/**
 * Checks a messenger before its first send. A wrong field would otherwise show only then, or never.
 *
 * @throws ArgumentError `option_invalid` that names the field.
 */
export function validateMessenger({ alias, concurrency, timeoutMs, retry }: AnyMessenger): void {
  refuseIf(isAlias(alias), 'alias', 'a messenger');
  const of = `the messenger "${alias}"`;
  refuseIf(wholeMs(1, longestTimeoutMs)(timeoutMs), 'timeoutMs', of);
  refuseIf(check.integer(1)(concurrency), 'concurrency', of);
  if (retry === undefined) return;
  if (typeof retry !== 'object' || retry === null) {
    throw invalidOption('retry', `must be { firstMs, factor, maxMs }, not ${kindOf(retry)}`, of);
  }
  refuseIf(wholeMs(1, longestRetryMs)(retry.firstMs), 'retry.firstMs', of);
  refuseIf(wholeMs(retry.firstMs, longestRetryMs)(retry.maxMs), 'retry.maxMs', of);
  refuseIf(isFactor(retry.factor), 'retry.factor', of);
}

/** @throws ArgumentError `option_invalid` that names the missing field. */
export function checkDefinition(definition: { readonly alias: string }): void {
  const alias = readField(definition, 'alias');
  if (typeof alias !== 'string' || alias === '') throw invalidOption('alias', "must be the protocol's name", 'a messenger definition');
  for (const name of ['getAddress', 'create']) {
    refuseIf(check.function(readField(definition, name)), name, `the messenger "${alias}"`);
  }
}

/** @throws ArgumentError `option_invalid` when `create` returned neither `send` nor `open`. */
export function checkParts(parts: unknown, alias: string): void {
  if (['send', 'open'].some((name) => typeof readField(parts, name) === 'function')) return;
  const problem = `returned ${kindOf(parts)}. It must return \`send\`, or \`open\` when there is something to connect`;
  throw invalidOption('create', problem, `the messenger "${alias}"`);
}

function refuseIf(problem: string | undefined, field: string, of: string): void {
  if (problem !== undefined) throw invalidOption(field, problem, of);
}
