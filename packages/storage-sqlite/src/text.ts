import { PermanentError } from '@sitemessage/core';
import { type Copies, createCopies } from '@sitemessage/core/storage';

/**
 * Returns the text if SQLite returns it unchanged. Half of a surrogate pair would become U+FFFD.
 * node:sqlite of Node 22 cuts a text at a NUL. No dispatch is better than one to another address.
 *
 * @throws PermanentError `text_not_storable` that names the field.
 */
export function storable(text: string, field: string): string {
  if (!text.isWellFormed()) throw notStorable(field, 'half of a surrogate pair, which is not a character', 'Call toWellFormed() on it');
  if (text.includes('\0')) throw notStorable(field, 'a NUL character, which SQLite does not keep reliably', 'Remove it');
  return text;
}

function notStorable(field: string, found: string, remedy: string): PermanentError {
  return new PermanentError(`\`${field}\` cannot be stored: it contains ${found}. ${remedy} first.`, { code: 'text_not_storable' });
}

/**
 * Returns the text to search for. Returns null for a text that no row can hold: null equals nothing, while
 * the database would take the text for another one.
 */
export function known<Text extends string | undefined>(text: Text): Text | null {
  return text === undefined || isStorable(text) ? text : null;
}

export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** Copies the arguments of the storage, checked by {@link storable}. */
export const copies: Copies = createCopies({ text: storable, id: storable });
