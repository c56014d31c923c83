import { PermanentError } from '@sitemessage/core';

/** An answer with a longer one would be refused as endless. */
const longestText = 25 * 1_024 * 1_024;

/**
 * The text, if PostgreSQL gives it back as it is: it knows no NUL, and half of a surrogate pair would become U+FFFD on its way there.
 * Better no dispatch than one to another address. Nor is a text over 25 MiB kept.
 *
 * @throws PermanentError that names the field.
 */
export function storable(text: string, field: string): string {
  if (!text.isWellFormed())
    throw refusal(field, 'it contains half of a surrogate pair, which is no character', 'Pass it through toWellFormed() first');
  if (text.includes('\0')) throw refusal(field, 'it contains a NUL character, which PostgreSQL does not know', 'Take it out first');
  if (text.length > longestText / 4 && Buffer.byteLength(text) > longestText) {
    throw refusal(field, 'it is longer than 25 MiB', 'Store what is large elsewhere, and its address here');
  }
  return text;
}

/** @throws PermanentError for what is no id of core's making. */
export function uuid(text: string, field: string): string {
  if (!isUuid(text)) throw refusal(field, 'it is no UUID in lower case', 'Leave it to core to make ids');
  return text;
}

/** Whether a row may have it as its id: a UUID in the one way in which PostgreSQL writes them. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

const refusal = (field: string, problem: string, remedy: string): PermanentError =>
  new PermanentError(`\`${field}\` cannot be stored: ${problem}. ${remedy}.`, { code: 'text_not_storable' });

/** The text to look for: null, which nothing is equal to, for one that no row holds and that the database would take for another. */
export function known<Text extends string | undefined>(text: Text): Text | null {
  return text === undefined || isStorable(text) ? text : null;
}

export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
