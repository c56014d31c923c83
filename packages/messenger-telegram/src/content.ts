import { type Content, PermanentError } from '@sitemessage/core';
import { htmlTokens, lengthOf, problemOf, shownBy, textTokens } from './markup.ts';
import type { Settings } from './options.ts';
import { split } from './split.ts';

/** A text and its format, for the Bot API. */
export interface Markup {
  readonly text: string;
  readonly parseMode?: 'HTML' | 'MarkdownV2';
}

/** The most code points without the markup: https://core.telegram.org/bots/api#sendmessage, #sendphoto. */
const longestText = 4_096;
const longestCaption = 1_024;
/**
 * The most bytes with the markup. The Bot API server refuses a longer text before it parses it
 * (`get_formatted_text` in its `Client.cpp`).
 */
const longestMarkup = 32_768;
/**
 * The most bytes to split, with the markup: 64 parts of 4,096 letters. Without a bound, one text could keep
 * the process busy.
 */
const longestSplit = 262_144;

/**
 * Returns the texts of the messages to send: one, or several when the text is too long and may be split.
 *
 * @throws PermanentError `telegram_empty`, `telegram_too_long` or `telegram_markup`.
 */
export function textsOf(content: Content, settings: Pick<Settings, 'parseMode' | 'onTooLong'>): readonly [Markup, ...Markup[]] {
  const markup = choose(content, content.telegram?.parseMode ?? settings.parseMode);
  const isCaption = content.telegram?.photo !== undefined;
  const isHtml = markup.parseMode === 'HTML';
  const maySplit = settings.onTooLong === 'split' && !isCaption && markup.parseMode !== 'MarkdownV2';
  checkBytes(markup, maySplit);
  const tokens = isHtml ? htmlTokens(markup.text) : textTokens(markup.text);
  const shown = shownBy(tokens);
  if (shown.trim() === '' && !isCaption)
    throw new PermanentError('The message has no text. Return a `text` or an `html` from `render`.', { code: 'telegram_empty' });
  const most = isCaption ? longestCaption : longestText;
  const length = lengthOf(shown);
  // Telegram does not count markup. Only Telegram knows how it reads MarkdownV2, so that is left to it.
  if (markup.parseMode === 'MarkdownV2' || (length <= most && Buffer.byteLength(markup.text) <= longestMarkup)) return [markup];
  const problem = `The text has ${length} characters. Telegram takes at most ${most}${isCaption ? ' under a photo' : ''}.`;
  if (!maySplit) throw tooLong(problem);
  // If Telegram refused a later part, the reader would be left with half a message.
  const obstacle = problemOf(tokens);
  if (markup.parseMode && obstacle !== undefined) {
    throw new PermanentError(`${problem} It cannot be split: ${obstacle}.`, { code: 'telegram_markup' });
  }
  return split(tokens, { characters: most, bytes: longestMarkup }).map((text): Markup => ({ ...markup, text })) as [Markup, ...Markup[]];
}

/** Checks the size before parsing, because parsing takes time. */
function checkBytes({ text, parseMode }: Markup, maySplit: boolean): void {
  const bytes = Buffer.byteLength(text);
  if (maySplit && bytes > longestSplit) throw tooLong(`The text has ${bytes} bytes. At most ${longestSplit} can be split.`);
  if (!maySplit && bytes > longestMarkup) {
    throw tooLong(`The text has ${bytes} bytes${parseMode ? ' with its markup' : ''}. Telegram takes at most ${longestMarkup}.`);
  }
}

const tooLong = (message: string): PermanentError => new PermanentError(message, { code: 'telegram_too_long' });

function choose({ text, html }: Content, parseMode: Settings['parseMode']): Markup {
  if (html !== undefined && html !== '' && (parseMode === 'HTML' || text === '')) return { text: html, parseMode: 'HTML' };
  return parseMode === 'MarkdownV2' ? { text, parseMode } : { text };
}
