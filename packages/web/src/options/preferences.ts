import type { PreferencesOptions } from '@sitemessage/core';
import { refuse } from './refuse.ts';

const filters = ['messageFilter', 'messengerFilter'] as const;
const names: readonly string[] = [...filters, 'titles'];

/** Refuses at once what would otherwise fail for everybody who opens a link. */
export function checkPreferencesOptions(given: PreferencesOptions): void {
  if (!isObject(given)) refuse(`\`preferences\` must be an object with ${names.join(', ')}.`);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) refuse(`\`preferences.${unknown}\` is no option; there are ${names.join(', ')}.`);
  for (const name of filters) {
    if (given[name] !== undefined && typeof given[name] !== 'function') refuse(`\`preferences.${name}\` must be a function.`);
  }
  const { titles = {} } = given;
  if (!isObject(titles) || !Object.values(titles).every((title) => typeof title === 'string')) {
    refuse('`preferences.titles` must be an object of texts.');
  }
}

function isObject(given: unknown): boolean {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}
