import { linkProblem } from './check-link.ts';
import type { Parameters } from './parameters.ts';
import { badRequest } from './refusal.ts';

/** Kinds of buttons beside links, of which the fields are not looked at: https://core.telegram.org/bots/api#inlinekeyboardbutton. */
const otherKinds: readonly string[] = [
  ...['callback_game', 'pay', 'switch_inline_query', 'switch_inline_query_chosen_chat', 'switch_inline_query_current_chat'],
  ...['login_url', 'web_app', 'copy_text'],
];
const longestData = 64;

/** Throws a Refusal for a keyboard that Telegram does not take. It takes one without buttons as none. */
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

/** Telegram takes a number for a text. */
function textOf(button: Parameters, name: string): string {
  const value = button[name] ?? '';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw unparsed(`Field "${name}" must be of type String`);
}

const isObject = (value: unknown): value is Parameters => typeof value === 'object' && value !== null && !Array.isArray(value);

const unparsed = (problem: string): Error => badRequest(`can't parse inline keyboard button: ${problem}`);
