import { type Content, PermanentError } from '@sitemessage/core';

/** The most characters of a text. CHANGE: the limit of your provider. */
const longestText = 4_000;

/**
 * Returns the text of a message. Refuses a text before it is sent, when the provider would cut it or show
 * nothing.
 *
 * @throws PermanentError `my_protocol_empty` or `my_protocol_too_long`.
 */
export function textOf({ text }: Content): string {
  if (text === '') throw new PermanentError('the message has no `text`. Only `text` is sent', { code: 'my_protocol_empty' });
  if (text.length <= longestText) return text;
  throw new PermanentError(`the text has ${text.length} characters. The limit is ${longestText}`, { code: 'my_protocol_too_long' });
}
