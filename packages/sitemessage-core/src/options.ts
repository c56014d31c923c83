/** @throws TypeError that says what was given instead of an object of options. */
export function checkOptions(options: unknown): void {
  if (typeof options === 'object' && options !== null) return;
  throw new TypeError(`\`options\` must be an object, not ${kindOf(options)}; leave it out for the defaults.`);
}

/** What something is, and not what is in it: that may be a secret, or somebody's address. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `a ${typeof value}`;
}
