import { type Content, PermanentError } from '@sitemessage/core';
import { isHttpUrl } from '@sitemessage/http';
import { toPlainText } from '@sitemessage/http/plain-text';

/** What stands on a wall. */
export interface PostContent {
  readonly message?: string;
  readonly attachments?: string;
}

/**
 * The text of a post, and the link beside it: `content.link`, or the text itself when it is nothing but a URL.
 *
 * @throws PermanentError of code `vk_empty` or `vk_link`.
 */
export function postOf(content: Content): PostContent {
  const text = textOf(content);
  const link = linkOf(content);
  if (isHttpUrl(text.trim()) && (link === undefined || link === text.trim())) return { attachments: attachable(text.trim()) };
  if (text.trim() === '' && link === undefined) throw empty();
  return { ...(text.trim() !== '' && { message: text }), ...(link !== undefined && { attachments: attachable(link) }) };
}

/**
 * The text of a private message. Its attachments take no URLs, so a link stands in the text, where VK finds it.
 *
 * @throws PermanentError of code `vk_empty`, `vk_link` or `vk_too_long`.
 */
export function messageOf(content: Content): string {
  const text = textOf(content);
  const link = linkOf(content);
  const parts = [text, ...(link !== undefined && !text.includes(link) ? [link] : [])].filter((part) => part.trim() !== '');
  if (parts.length === 0) throw empty();
  const message = parts.join('\n');
  const length = lengthOf(message);
  if (length > longestMessage) {
    throw new PermanentError(`The text has ${length} characters, and VK takes ${longestMessage} in a private message.`, {
      code: 'vk_too_long',
    });
  }
  return message;
}

/** Code points. VK refuses many shorter ones too, and says so itself (914). */
const longestMessage = 9_000;

function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** VK has no markup. Of HTML alone its text is left, with what its links lead to behind them. */
function textOf({ text, html }: Content): string {
  if (text !== '' || html === undefined) return text;
  return toPlainText(html);
}

function linkOf({ link }: Content): string | undefined {
  if (link === undefined || link === '') return undefined;
  if (!isHttpUrl(link.trim())) throw new PermanentError('The `link` is no http or https URL.', { code: 'vk_link' });
  return link.trim();
}

/** Attachments are divided by commas, and known for links by how they begin. */
const attachable = (url: string): string => url.replaceAll(',', '%2C').replace(/^https?/i, (scheme) => scheme.toLowerCase());

const empty = (): PermanentError => new PermanentError('There is no text to send.', { code: 'vk_empty' });
