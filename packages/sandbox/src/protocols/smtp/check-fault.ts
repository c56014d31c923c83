import type { SmtpFault } from './faults.ts';

const stages = ['connect', 'auth', 'mail', 'rcpt', 'data', 'content', 'taken'] as const;
/** No recipient is known yet. */
const early: readonly unknown[] = ['connect', 'auth', 'mail'];
const outcomes = ['reply', 'drop', 'silent', 'delayMs'] as const;
/** What a timer can count; a longer one would go off at once. */
const longestDelayMs = 2 ** 31 - 1;

/**
 * A fault that is misspelt would never strike, and its test would pass.
 *
 * @throws TypeError that names the field.
 */
export function checkFault({ at, to, times, chance, ...outcome }: SmtpFault): void {
  if (!stages.includes(at)) throw new TypeError(`A fault: \`at\` must be one of ${stages.join(', ')}.`);
  if (to !== undefined && early.includes(at)) {
    throw new TypeError(`A fault: \`to\` says nothing at ${at}, where no recipient is known yet; leave it out, or strike from rcpt on.`);
  }
  if (to !== undefined) checkTo(to);
  checkOutcome(outcome, at);
  if (times !== undefined && times !== Number.POSITIVE_INFINITY) checkCount('times', times);
  if (chance !== undefined && !(typeof chance === 'number' && chance >= 0 && chance <= 1)) {
    throw new TypeError('A fault: `chance` must be a number from 0 to 1.');
  }
}

/** @throws TypeError for what is no address and no function. */
export function checkTo(to: unknown): void {
  if (typeof to !== 'string' && typeof to !== 'function') throw new TypeError('A fault: `to` must be an address or a function.');
}

/** @throws TypeError for what is no integer from 1. */
export function checkCount(name: string, count: unknown): void {
  if (!Number.isInteger(count) || (count as number) < 1) {
    throw new TypeError(`A fault: \`${name}\` must be an integer of at least 1${name === 'times' ? ', or Infinity' : ''}.`);
  }
}

function checkOutcome(outcome: Readonly<Partial<Record<(typeof outcomes)[number], unknown>>>, at: SmtpFault['at']): void {
  const given = outcomes.filter((name) => outcome[name] !== undefined);
  if (given.length !== 1) {
    const found = given.length === 0 ? 'there is none' : `there are ${given.map((name) => `\`${name}\``).join(' and ')}`;
    throw new TypeError(`A fault takes one of \`reply\`, \`drop\`, \`silent\` and \`delayMs\`; ${found}.`);
  }
  const { reply, drop, silent, delayMs } = outcome;
  // A mail that was taken can be answered by what it was taken as.
  const codes = at === 'taken' ? /^[245][0-5]\d( .*)?$/ : /^[45][0-5]\d( .*)?$/;
  if (reply !== undefined && !(typeof reply === 'string' && codes.test(reply))) {
    throw new TypeError(
      'A fault: `reply` must begin with a code such as 450 or 550 and a space, on one line (a 250 is for `taken` alone).',
    );
  }
  if (drop !== undefined && drop !== true) throw new TypeError('A fault: `drop` must be true, or left out.');
  if (silent !== undefined && silent !== true) throw new TypeError('A fault: `silent` must be true, or left out.');
  if (delayMs !== undefined && !(Number.isInteger(delayMs) && (delayMs as number) >= 0 && (delayMs as number) <= longestDelayMs)) {
    throw new TypeError(`A fault: \`delayMs\` must be whole milliseconds, from 0 to ${longestDelayMs}.`);
  }
}
