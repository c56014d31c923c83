import { PermanentError } from '@sitemessage/core';
import { type Copies, createCopies } from '@sitemessage/core/storage';

/** The longest text, in bytes. A server's answer with a longer one would be refused as too long. */
const longestText = 25 * 1_024 * 1_024;

/**
 * Returns the text if PostgreSQL returns it unchanged. It has no NUL, and half of a surrogate pair would
 * become U+FFFD on the way. No dispatch is better than one to another address. A text over 25 MiB is
 * refused too.
 *
 * @throws PermanentError `text_not_storable` that names the field.
 */
export function storable(text: string, field: string): string {
  if (!text.isWellFormed())
    throw notStorable(field, 'it contains half of a surrogate pair, which is not a character', 'Call toWellFormed() on it first');
  if (text.includes('\0')) throw notStorable(field, 'it contains a NUL character, which PostgreSQL does not have', 'Remove it first');
  if (text.length > longestText / 4 && Buffer.byteLength(text) > longestText) {
    throw notStorable(field, 'it is longer than 25 MiB', 'Store the large part elsewhere, and a link to it here');
  }
  return text;
}

/** @throws PermanentError `text_not_storable` when the text is not an id that core makes. */
export function uuid(text: string, field: string): string {
  if (!isUuid(text)) throw notStorable(field, 'it is not a UUID in lower case', 'Let core make the ids');
  return text;
}

/** Returns whether the text can be the id of a row: a UUID as PostgreSQL writes it. */
export const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

const notStorable = (field: string, problem: string, remedy: string): PermanentError =>
  new PermanentError(`\`${field}\` cannot be stored: ${problem}. ${remedy}.`, { code: 'text_not_storable' });

/**
 * Returns the text to search for. Returns null for a text that no row can hold: null equals nothing, while
 * the database would take the text for another one.
 */
export function known<Text extends string | undefined>(text: Text): Text | null {
  return text === undefined || isStorable(text) ? text : null;
}

export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** Copies the arguments of the storage, checked by {@link storable} and {@link uuid}. */
export const copies: Copies = createCopies({ text: storable, id: uuid });
