import { type Content, PermanentError } from '@sitemessage/core';
import { isHttpUrl } from '@sitemessage/http';
import { toPlainText } from '@sitemessage/http/plain-text';

/** The text and the link of a post on a wall. */
export interface PostContent {
  readonly message?: string;
  readonly attachments?: string;
}

/**
 * Returns the text of a post and its link. The link is `content.link`, or the text itself when it is only a
 * URL.
 *
 * @throws PermanentError `vk_empty` or `vk_link`.
 */
export function postOf(content: Content): PostContent {
  const text = textOf(content);
  const link = linkOf(content);
  if (isHttpUrl(text.trim()) && (link === undefined || link === text.trim())) return { attachments: attachable(text.trim()) };
  if (text.trim() === '' && link === undefined) throw empty();
  return { ...(text.trim() !== '' && { message: text }), ...(link !== undefined && { attachments: attachable(link) }) };
}

/**
 * Returns the text of a private message. Its attachments cannot be URLs, so a link is appended to the text,
 * where VK finds it.
 *
 * @throws PermanentError `vk_empty`, `vk_link` or `vk_too_long`.
 */
export function messageOf(content: Content): string {
  const text = textOf(content);
  const link = linkOf(content);
  const parts = [text, ...(link !== undefined && !text.includes(link) ? [link] : [])].filter((part) => part.trim() !== '');
  if (parts.length === 0) throw empty();
  const message = parts.join('\n');
  const length = lengthOf(message);
  if (length > longestMessage) {
    throw new PermanentError(`The text has ${length} characters. VK takes at most ${longestMessage} in a private message.`, {
      code: 'vk_too_long',
    });
  }
  return message;
}

/** The most code points that the API takes. VK refuses many shorter texts by itself (914). */
const longestMessage = 9_000;

function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/**
 * VK has no markup. HTML without a text becomes plain text, with the target of each link in brackets behind
 * it.
 */
function textOf({ text, html }: Content): string {
  if (text !== '' || html === undefined) return text;
  return toPlainText(html);
}

function linkOf({ link }: Content): string | undefined {
  if (link === undefined || link === '') return undefined;
  if (!isHttpUrl(link.trim())) throw new PermanentError('The `link` must be an http or https URL.', { code: 'vk_link' });
  return link.trim();
}

/**
 * Escapes a URL for the list of attachments. Commas divide it, and VK recognizes links by a scheme in lower
 * case.
 */
const attachable = (url: string): string => url.replaceAll(',', '%2C').replace(/^https?/i, (scheme) => scheme.toLowerCase());

const empty = (): PermanentError =>
  new PermanentError('The message has no text and no link. Return a `text` from `render`.', { code: 'vk_empty' });
