import { type Content, PermanentError } from '@sitemessage/core';
import { toPlainText } from '@sitemessage/http/plain-text';
import { isSendable, lengthOf, longest } from './counting.ts';
import type { Settings } from './options.ts';
import { split } from './thread.ts';

/** The most posts of a thread. Each post costs money and a reader's time. */
const mostParts = 25;
/**
 * More than a post or a thread can hold: 12 URLs of 4,096 characters count 280. Longer texts are refused
 * without counting.
 */
const mostCharacters = 50_000;

/**
 * Returns the texts of the posts: one, or several for a thread. An empty text means a post that shows media
 * alone.
 *
 * @throws PermanentError `twitter_empty`, `twitter_characters` or `twitter_too_long`.
 */
export function textsOf(address: string, content: Content, { onTooLong }: Pick<Settings, 'onTooLong'>): readonly [string, ...string[]] {
  const text = plainText(content);
  const mention = address === '' ? '' : `${address} `;
  if (text.trim() === '') {
    if (content.attachments === undefined || content.attachments.length === 0) {
      throw new PermanentError('The message has no text and no attachment. Return a `text` from `render`.', { code: 'twitter_empty' });
    }
    return [mention.trim()];
  }
  if (text.length > mostCharacters) {
    throw new PermanentError(`The text has ${text.length} characters. A post or a thread has at most ${mostCharacters}.`, {
      code: 'twitter_too_long',
    });
  }
  if (!isSendable(text)) {
    throw new PermanentError('The text holds half of a surrogate pair, U+FFFE, U+FFFF or U+FEFF, which X refuses. Remove it.', {
      code: 'twitter_characters',
    });
  }
  const length = lengthOf(`${mention}${text}`);
  if (length <= longest) return [`${mention}${text}`];
  if (onTooLong === 'thread') {
    const parts = split(text, mention, mostParts);
    if (parts.length <= mostParts) return parts;
    throw new PermanentError(`The text needs more than ${mostParts} posts, the most that a thread may have. Shorten it.`, {
      code: 'twitter_too_long',
    });
  }
  const counted = `The post has ${length} characters as X counts them${mention === '' ? '' : ', with the mention'}`;
  throw new PermanentError(`${counted}. X takes at most ${longest}. Shorten it, or set \`onTooLong: 'thread'\`.`, {
    code: 'twitter_too_long',
  });
}

/**
 * X has no markup. HTML without a text becomes plain text, with the target of each link in brackets behind
 * it.
 */
function plainText({ text, html }: Content): string {
  if (text !== '' || html === undefined) return text;
  return toPlainText(html);
}
