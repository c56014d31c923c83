/**
 * An option that is misspelled, or in the wrong place, would do nothing. `known` is left out where others say what there is.
 *
 * @throws TypeError that says what was given instead of an object of options, or names the one that is not known.
 */
export function checkOptions(options: unknown, known?: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`\`options\` must be an object, not ${kindOf(options)}; leave it out for the defaults.`);
  }
  const unknown = known && Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`\`${unknown}\` is no option here; there are ${known?.join(', ')}.`);
}

/** What something is, and not what is in it: that may be a secret, or somebody's address. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `a ${typeof value}`;
}
