import { PermanentError } from '@sitemessage/core';

/**
 * The text, if PostgreSQL gives it back as it is: it knows no NUL, and half of a surrogate pair would become U+FFFD on its way there.
 * Better no dispatch than one to another address.
 *
 * @throws PermanentError that names the field.
 */
export function storable(text: string, field: string): string {
  if (!text.isWellFormed()) throw refusal(field, 'half of a surrogate pair, which is no character', 'Pass it through toWellFormed()');
  if (text.includes('\0')) throw refusal(field, 'a NUL character, which PostgreSQL does not know', 'Take it out');
  return text;
}

function refusal(field: string, found: string, remedy: string): PermanentError {
  return new PermanentError(`\`${field}\` cannot be stored: it contains ${found}. ${remedy} first.`, { code: 'text_not_storable' });
}
