import { inspect } from 'node:util';
import { ArgumentError } from '../errors.ts';
import { kindOf, readField } from '../foreign.ts';
import type { AnyMessenger } from './messenger.ts';
import type { RetryPolicy } from './retry.ts';

/** What a timer can count; a longer one would go off at once. */
const longestTimeoutMs = 2 ** 31 - 1;
/** A year. Whoever waits longer has mistaken the unit. */
const longestRetryMs = 365 * 24 * 60 * 60_000;

/**
 * What would otherwise show when the first message is sent, or never.
 *
 * @throws ArgumentError that names the option.
 */
export function validateMessenger({ alias, concurrency, timeoutMs, retry }: AnyMessenger): void {
  if (typeof alias !== 'string' || alias === '' || alias === '*' || alias.includes('\0') || !alias.isWellFormed()) {
    refuse(
      'alias',
      `The \`alias\` of a messenger is ${inspect(alias)}; give a name, other than "*", without a NUL and half of a surrogate pair.`,
    );
  }
  if (!isWithin(timeoutMs, 1, longestTimeoutMs)) {
    refuse(
      'timeoutMs',
      `The \`timeoutMs\` of the messenger "${alias}" is ${inspect(timeoutMs)}; give whole milliseconds, from 1 to ${longestTimeoutMs}.`,
    );
  }
  if (!isWithin(concurrency, 1, Number.MAX_SAFE_INTEGER)) {
    refuse(
      'concurrency',
      `The \`concurrency\` of the messenger "${alias}" is ${inspect(concurrency)}; its \`create\` has to give an integer from 1.`,
    );
  }
  if (retry !== undefined) checkRetry(alias, retry);
}

function checkRetry(alias: string, retry: RetryPolicy): void {
  if (typeof retry !== 'object' || retry === null) {
    refuse('retry', `The \`retry\` of the messenger "${alias}" is ${inspect(retry)}; give { firstMs, factor, maxMs }, or leave it out.`);
  }
  const { firstMs, factor, maxMs } = retry;
  if (!isWithin(firstMs, 1, longestRetryMs)) {
    refuse(
      'retry.firstMs',
      `The \`retry.firstMs\` of the messenger "${alias}" is ${inspect(firstMs)}; give whole milliseconds, from 1 to ${longestRetryMs}.`,
    );
  }
  if (!isWithin(maxMs, firstMs, longestRetryMs)) {
    refuse(
      'retry.maxMs',
      `The \`retry.maxMs\` of the messenger "${alias}" is ${inspect(maxMs)}; give whole milliseconds, from \`firstMs\` (${firstMs}) to ${longestRetryMs}.`,
    );
  }
  if (!Number.isFinite(factor) || factor < 1) {
    refuse('retry.factor', `The \`retry.factor\` of the messenger "${alias}" is ${inspect(factor)}; give a number from 1.`);
  }
}

/** @throws ArgumentError that names what is missing. */
export function checkDefinition(definition: { readonly alias: string }): void {
  const alias = readField(definition, 'alias');
  if (typeof alias !== 'string' || alias === '')
    refuse('alias', `\`alias\` of a messenger's definition is ${inspect(alias)}; give the protocol's name.`);
  for (const name of ['getAddress', 'create']) {
    if (typeof readField(definition, name) !== 'function') refuse(name, `\`${name}\` of the messenger "${alias}" must be a function.`);
  }
}

/** @throws ArgumentError when there is nothing to send with. */
export function checkParts(parts: unknown, alias: string): void {
  if (['send', 'open'].some((name) => typeof readField(parts, name) === 'function')) return;
  refuse(
    'create',
    `\`create\` of the messenger "${alias}" gave ${kindOf(parts)}; it has to give \`send\`, or \`open\` when there is something to connect.`,
  );
}

const isWithin = (value: number, least: number, most: number): boolean => Number.isInteger(value) && value >= least && value <= most;

function refuse(field: string, problem: string): never {
  throw new ArgumentError(problem, { code: 'option_invalid', field });
}
