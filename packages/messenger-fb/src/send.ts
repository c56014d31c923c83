import { type Content, type Delivery, PermanentError, type Receipt, UnknownOutcomeError } from '@sitemessage/core';
import { isHttpUrl } from '@sitemessage/http';
import { toPlainText } from '@sitemessage/http/plain-text';
import type { Graph } from './graph.ts';
import { pauseFor } from './usage.ts';

/** Sends a delivery with one request. `own` is the page of the token, which `''` means. */
export async function send(graph: Graph, { address, content }: Delivery, own: string, signal: AbortSignal): Promise<Receipt> {
  const page = address === '' ? own : address;
  const { reply, headers } = await graph.post(`${page}/feed`, { ...postOf(content) }, { signal, isForeign: page !== own });
  // The id of the page and that of the post, as in the post's URL: https://www.facebook.com/{id}.
  const { id } = reply;
  if (typeof id !== 'string' || id === '') {
    throw new UnknownOutcomeError('Facebook answered with neither the id of a post nor an error.', { code: 'fb_unreadable' });
  }
  const pauseMs = pauseFor(headers);
  // Core stores the id and shows it in events. A broken server could send the token in its place.
  return { providerId: graph.redact(id), ...(pauseMs !== undefined && { pauseMs }) };
}

/** The parameters of a post: https://developers.facebook.com/docs/graph-api/reference/page/feed#publish. */
export interface Post {
  readonly message?: string;
  readonly link?: string;
}

/**
 * The most code points of a text. Meta documents no limit. Other programs that post on pages agree on this
 * one.
 */
const longest = 63_206;

/**
 * Returns the text of a post and its link. The link is `content.link`, or the text itself when it is only a
 * URL.
 *
 * @throws PermanentError `fb_empty`, `fb_link` or `fb_too_long`.
 */
export function postOf(content: Content): Post {
  const text = textOf(content);
  const link = linkOf(content);
  const shown = text.trim();
  const length = lengthOf(text);
  if (length > longest) {
    throw new PermanentError(`The text has ${length} characters. Facebook takes at most ${longest}.`, { code: 'fb_too_long' });
  }
  if (isHttpUrl(shown) && (link ?? shown) === shown) return { link: shown };
  if (shown === '' && link === undefined)
    throw new PermanentError('The message has no text and no link. Return a `text` from `render`.', { code: 'fb_empty' });
  return { ...(shown !== '' && { message: text }), ...(link !== undefined && { link }) };
}

/**
 * Facebook has no markup. HTML without a text becomes plain text, with the target of each link in brackets
 * behind it.
 */
function textOf({ text, html }: Content): string {
  if (text !== '' || html === undefined) return text;
  return toPlainText(html);
}

function linkOf({ link = '' }: Content): string | undefined {
  if (link === '') return undefined;
  if (!isHttpUrl(link.trim())) throw new PermanentError('The `link` must be an http or https URL.', { code: 'fb_link' });
  return link.trim();
}

function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}
