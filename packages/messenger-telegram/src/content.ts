import { type Content, PermanentError } from '@sitemessage/core';
import { htmlTokens, lengthOf, problemOf, shownBy, textTokens } from './html.ts';
import type { Settings } from './options.ts';
import { split } from './split.ts';

/** A text as it goes to the Bot API. */
export interface Markup {
  readonly text: string;
  readonly parseMode?: 'HTML' | 'MarkdownV2';
}

/** In code points, after the markup is taken off: https://core.telegram.org/bots/api#sendmessage, #sendphoto. */
const longestText = 4_096;
const longestCaption = 1_024;
/** In bytes, with the markup. The Bot API server refuses a longer text before it reads it (`get_formatted_text` in its `Client.cpp`). */
const longestMarkup = 32_768;
/** In bytes, with the markup. 64 parts of 4,096 letters; without a bound one text would keep the process busy. */
const longestSplit = 262_144;

/**
 * The texts that a message is sent as: one, or several when it is too long and may be split.
 *
 * @throws PermanentError of code `telegram_empty`, `telegram_too_long` or `telegram_markup`.
 */
export function textsOf(content: Content, settings: Pick<Settings, 'parseMode' | 'onTooLong'>): readonly [Markup, ...Markup[]] {
  const markup = choose(content, content.telegram?.parseMode ?? settings.parseMode);
  const isCaption = content.telegram?.photo !== undefined;
  const isHtml = markup.parseMode === 'HTML';
  const maySplit = settings.onTooLong === 'split' && !isCaption && markup.parseMode !== 'MarkdownV2';
  checkBytes(markup, maySplit);
  const tokens = isHtml ? htmlTokens(markup.text) : textTokens(markup.text);
  const shown = shownBy(tokens);
  if (shown.trim() === '' && !isCaption) throw new PermanentError('There is no text to send.', { code: 'telegram_empty' });
  const most = isCaption ? longestCaption : longestText;
  const length = lengthOf(shown);
  // Telegram counts no markup, and only Telegram knows how it reads Markdown.
  if (markup.parseMode === 'MarkdownV2' || (length <= most && Buffer.byteLength(markup.text) <= longestMarkup)) return [markup];
  const problem = `The text has ${length} characters, and Telegram takes ${most}${isCaption ? ' under a photo' : ''}`;
  if (!maySplit) throw tooLong(`${problem}.`);
  // A refusal after the first part would leave half a message with the reader.
  const obstacle = problemOf(tokens);
  if (markup.parseMode && obstacle !== undefined) {
    throw new PermanentError(`${problem}; and it cannot be split: ${obstacle}.`, { code: 'telegram_markup' });
  }
  return split(tokens, { characters: most, bytes: longestMarkup }).map((text): Markup => ({ ...markup, text })) as [Markup, ...Markup[]];
}

/** Before anything is read: reading takes time, and a text that is too long in bytes is too long in any case. */
function checkBytes({ text, parseMode }: Markup, maySplit: boolean): void {
  const bytes = Buffer.byteLength(text);
  if (maySplit && bytes > longestSplit) throw tooLong(`The text has ${bytes} bytes, and ${longestSplit} are split at most.`);
  if (!maySplit && bytes > longestMarkup) {
    throw tooLong(`The text has ${bytes} bytes${parseMode ? ' with its markup' : ''}, and Telegram takes ${longestMarkup}.`);
  }
}

const tooLong = (message: string): PermanentError => new PermanentError(message, { code: 'telegram_too_long' });

function choose({ text, html }: Content, parseMode: Settings['parseMode']): Markup {
  if (html !== undefined && html !== '' && (parseMode === 'HTML' || text === '')) return { text: html, parseMode: 'HTML' };
  return parseMode === 'MarkdownV2' ? { text, parseMode } : { text };
}
