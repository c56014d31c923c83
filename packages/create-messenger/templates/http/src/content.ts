import { type Content, PermanentError } from '@sitemessage/core';

/** CHANGE: what the provider takes. */
const longestText = 4_000;

/**
 * The text of a message. What the provider would cut, or show as nothing, is refused before it is sent.
 *
 * @throws PermanentError of code `my_protocol_empty` or `my_protocol_too_long`.
 */
export function textOf({ text }: Content): string {
  if (text === '') throw new PermanentError('there is no text to send, and HTML is not for this provider', { code: 'my_protocol_empty' });
  if (text.length <= longestText) return text;
  throw new PermanentError(`the text has ${text.length} characters, and may have ${longestText}`, { code: 'my_protocol_too_long' });
}
