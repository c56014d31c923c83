import { PermanentError } from '@sitemessage/core';

/**
 * The text, if SQLite gives it back as it is: half of a surrogate pair would come back as U+FFFD, and what follows a NUL is cut
 * off by node:sqlite of Node 22. Better no dispatch than one to another address.
 *
 * @throws PermanentError that names the field.
 */
export function storable(text: string, field: string): string {
  if (!text.isWellFormed()) throw refusal(field, 'half of a surrogate pair, which is no character', 'Pass it through toWellFormed()');
  if (text.includes('\0')) throw refusal(field, 'a NUL character, which SQLite does not keep reliably', 'Take it out');
  return text;
}

function refusal(field: string, found: string, remedy: string): PermanentError {
  return new PermanentError(`\`${field}\` cannot be stored: it contains ${found}. ${remedy} first.`, { code: 'text_not_storable' });
}

/** The text to look for: null, which nothing is equal to, for one that no row holds and that the database would take for another. */
export function known<Text extends string | undefined>(text: Text): Text | null {
  return text === undefined || isStorable(text) ? text : null;
}

export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
