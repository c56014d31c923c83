import { type Content, PermanentError } from '@sitemessage/core';
import { toPlainText } from '@sitemessage/http/plain-text';
import { isSendable, lengthOf, longest } from './counting.ts';
import type { Settings } from './options.ts';
import { split } from './thread.ts';

/** Each of them costs, and somebody has to read them. */
const mostParts = 25;
/** The most that counts 280, 12 URLs of 4,096 characters, and more than a thread has without such URLs. */
const mostCharacters = 50_000;

/**
 * The texts that a message is posted as: one, or several when it is too long and may become a thread. One that is empty stands for media alone.
 *
 * @throws PermanentError of code `twitter_empty`, `twitter_characters` or `twitter_too_long`.
 */
export function textsOf(address: string, content: Content, { onTooLong }: Pick<Settings, 'onTooLong'>): readonly [string, ...string[]] {
  const text = plain(content);
  const mention = address === '' ? '' : `${address} `;
  if (text.trim() === '') {
    if (content.attachments === undefined || content.attachments.length === 0) {
      throw new PermanentError('There is no text to post.', { code: 'twitter_empty' });
    }
    return [mention.trim()];
  }
  if (text.length > mostCharacters) {
    throw new PermanentError(`The text has ${text.length} characters, and a post or a thread never has more than ${mostCharacters}.`, {
      code: 'twitter_too_long',
    });
  }
  if (!isSendable(text)) {
    throw new PermanentError('The text has half a surrogate pair, U+FFFE, U+FFFF or U+FEFF in it, which X does not take.', {
      code: 'twitter_characters',
    });
  }
  const length = lengthOf(`${mention}${text}`);
  if (length <= longest) return [`${mention}${text}`];
  if (onTooLong === 'thread') {
    const parts = split(text, mention, mostParts);
    if (parts.length <= mostParts) return parts;
    throw new PermanentError(`The text would take more than ${mostParts} posts, and a thread has ${mostParts} at most.`, {
      code: 'twitter_too_long',
    });
  }
  const problem = `The post has ${length} characters as X counts them${mention === '' ? '' : ', with the mention'}, and X takes ${longest}`;
  throw new PermanentError(`${problem}.`, { code: 'twitter_too_long' });
}

/** X has no markup. Of HTML alone its text is left, with what its links lead to behind them. */
function plain({ text, html }: Content): string {
  if (text !== '' || html === undefined) return text;
  return toPlainText(html);
}
