import { type Content, PermanentError } from '@sitemessage/core';
import { isHttpUrl } from '@sitemessage/http';
import { toPlainText } from '@sitemessage/http/plain-text';

/** What is posted: https://developers.facebook.com/docs/graph-api/reference/page/feed#publish. */
export interface Post {
  readonly message?: string;
  readonly link?: string;
}

/** Code points. What Facebook takes is in none of Meta's own pages; others who post there agree on it. */
const longest = 63_206;

/**
 * The text of a post, and the link beside it: `content.link`, or the text itself when it is nothing but a URL.
 *
 * @throws PermanentError of code `fb_empty`, `fb_link` or `fb_too_long`.
 */
export function postOf(content: Content): Post {
  const text = textOf(content);
  const link = linkOf(content);
  const shown = text.trim();
  const length = lengthOf(text);
  if (length > longest) {
    throw new PermanentError(`The text has ${length} characters, and Facebook takes ${longest}.`, { code: 'fb_too_long' });
  }
  if (isHttpUrl(shown) && (link ?? shown) === shown) return { link: shown };
  if (shown === '' && link === undefined) throw new PermanentError('There is no text to post.', { code: 'fb_empty' });
  return { ...(shown !== '' && { message: text }), ...(link !== undefined && { link }) };
}

/** Facebook has no markup. Of HTML alone its text is left, with what its links lead to behind them. */
function textOf({ text, html }: Content): string {
  if (text !== '' || html === undefined) return text;
  return toPlainText(html);
}

function linkOf({ link = '' }: Content): string | undefined {
  if (link === '') return undefined;
  if (!isHttpUrl(link.trim())) throw new PermanentError('The `link` is no http or https URL.', { code: 'fb_link' });
  return link.trim();
}

function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}
