import { kindOf } from './foreign.ts';
import { didYouMean } from './validate.ts';

/** @throws TypeError for options that are no object, and for an option that is not in `known`. */
export function checkOptions(options: unknown, known?: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`\`options\` must be an object, not ${kindOf(options)}; leave it out for the defaults.`);
  }
  if (!known) return;
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`\`${unknown}\` is no option here; there are ${known.join(', ')}.${didYouMean(unknown, known)}`);
}
