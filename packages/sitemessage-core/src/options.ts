import { didYouMean } from './nearest.ts';
import { readField } from './read.ts';

/**
 * An option that is misspelled, or in the wrong place, would do nothing. `known` is left out where others say what there is.
 *
 * @throws TypeError that says what was given instead of an object of options, or names the one that is not known.
 */
export function checkOptions(options: unknown, known?: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`\`options\` must be an object, not ${kindOf(options)}; leave it out for the defaults.`);
  }
  if (!known) return;
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`\`${unknown}\` is no option here; there are ${known.join(', ')}.${didYouMean(unknown, known)}`);
}

/** What something is, and not what is in it: that may be a secret, or somebody's address. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (isPromise(value)) return 'a promise';
  if (value instanceof Uint8Array) return Buffer.isBuffer(value) ? 'a Buffer' : 'a Uint8Array';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `a ${typeof value}`;
}

/** Says how to get at the right value, behind an error that names the wrong one. Empty where there is nothing to say. */
export function hintFor(value: unknown): string {
  if (isPromise(value)) return ' Await it first.';
  return value instanceof Uint8Array ? ' Pass a string, such as `buffer.toString()`.' : '';
}

/** The same behind an error that does not name the wrong value. */
export function namedMistake(value: unknown): string {
  const hint = hintFor(value);
  return hint && ` There is ${kindOf(value)}.${hint}`;
}

export const isPromise = (value: unknown): value is PromiseLike<unknown> => typeof readField(value, 'then') === 'function';

/** Keeps a promise that a callback gave by mistake, and that nobody will await, from ending the process when it rejects. */
export function ignore(given: unknown): void {
  if (isPromise(given)) Promise.resolve(given).catch(() => undefined);
}
