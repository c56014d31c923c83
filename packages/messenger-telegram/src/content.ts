import { type Content, PermanentError } from '@sitemessage/core';
import { htmlTokens, lengthOf, problemOf, shownBy, textTokens } from './html.ts';
import type { Settings } from './options.ts';
import { split } from './split.ts';

/** A text as it goes to the Bot API. */
export interface Markup {
  readonly text: string;
  readonly parseMode?: 'HTML' | 'MarkdownV2';
}

/** After the markup is taken off: https://core.telegram.org/bots/api#sendmessage, #sendphoto. */
const longestText = 4_096;
const longestCaption = 1_024;

/**
 * The texts that a message is sent as: one, or several when it is too long and may be split.
 *
 * @throws PermanentError of code `telegram_empty`, `telegram_too_long` or `telegram_markup`.
 */
export function textsOf(content: Content, settings: Pick<Settings, 'parseMode' | 'onTooLong'>): readonly [Markup, ...Markup[]] {
  const markup = choose(content, content.telegram?.parseMode ?? settings.parseMode);
  const isCaption = content.telegram?.photo !== undefined;
  const isHtml = markup.parseMode === 'HTML';
  const shown = isHtml ? shownBy(htmlTokens(markup.text)) : markup.text;
  if (shown.trim() === '' && !isCaption) throw new PermanentError('There is no text to send.', { code: 'telegram_empty' });
  const most = isCaption ? longestCaption : longestText;
  const length = lengthOf(shown);
  // Markup counts as nothing at Telegram. What it makes of Markdown it knows best, and says so itself.
  if (length <= most || markup.parseMode === 'MarkdownV2') return [markup];
  const problem = `The text has ${length} characters, and Telegram takes ${most}${isCaption ? ' under a photo' : ''}`;
  if (settings.onTooLong === 'fail' || isCaption) throw new PermanentError(`${problem}.`, { code: 'telegram_too_long' });
  const tokens = isHtml ? htmlTokens(markup.text) : textTokens(markup.text);
  // Refused after the first part, it would have been sent in part.
  const obstacle = problemOf(tokens);
  if (markup.parseMode && obstacle !== undefined) {
    throw new PermanentError(`${problem}; and it cannot be split: ${obstacle}.`, { code: 'telegram_markup' });
  }
  return split(tokens, most).map((text): Markup => ({ ...markup, text })) as [Markup, ...Markup[]];
}

function choose({ text, html }: Content, parseMode: Settings['parseMode']): Markup {
  if (html !== undefined && html !== '' && (parseMode === 'HTML' || text === '')) return { text: html, parseMode: 'HTML' };
  return parseMode === 'MarkdownV2' ? { text, parseMode } : { text };
}
