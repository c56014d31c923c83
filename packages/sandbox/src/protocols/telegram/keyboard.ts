import { isObject } from '../../http/parameters.ts';
import { linkProblem } from './check-link.ts';
import type { Parameters } from './parameters.ts';
import { badRequest } from './refusal.ts';

/**
 * Kinds of buttons other than links. Their fields are not checked:
 * https://core.telegram.org/bots/api#inlinekeyboardbutton.
 */
const otherKinds: readonly string[] = [
  ...['callback_game', 'pay', 'switch_inline_query', 'switch_inline_query_chosen_chat', 'switch_inline_query_current_chat'],
  ...['login_url', 'web_app', 'copy_text'],
];
/** The longest `callback_data`, in bytes. */
const longestData = 64;

/**
 * Checks a keyboard. A keyboard without buttons counts as none.
 *
 * @throws Refusal
 */
export function checkKeyboard(markup: unknown): void {
  if (markup === undefined) return;
  if (!isObject(markup)) throw badRequest('object expected as reply markup');
  const { inline_keyboard: rows = [] } = markup;
  if (!Array.isArray(rows)) throw badRequest('field "inline_keyboard" must be of type Array');
  for (const row of rows) {
    if (!Array.isArray(row)) throw badRequest('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays');
    for (const button of row) checkButton(button);
  }
}

function checkButton(button: unknown): void {
  if (!isObject(button)) throw unparsed('InlineKeyboardButton must be an Object');
  if (button.text === undefined) throw unparsed('Can\'t find field "text"');
  const [text, url, data] = ['text', 'url', 'callback_data'].map((name) => textOf(button, name)) as [string, string, string];
  const isKnown = url !== '' || data !== '' || otherKinds.some((kind) => kind in button);
  if (!isKnown) throw unparsed('Text buttons are unallowed in the inline keyboard');
  if (text === '') throw badRequest('inline keyboard button text must be non-empty');
  const problem = url === '' ? undefined : linkProblem(url);
  if (problem !== undefined) throw badRequest(`inline keyboard button URL '${url}' is invalid: ${problem}`);
  if (url === '' && Buffer.byteLength(data) > longestData) throw badRequest('BUTTON_DATA_INVALID');
}

/** Returns the text of a field. Telegram accepts a number as text. */
function textOf(button: Parameters, name: string): string {
  const value = button[name] ?? '';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw unparsed(`Field "${name}" must be of type String`);
}

const unparsed = (problem: string): Error => badRequest(`can't parse inline keyboard button: ${problem}`);
