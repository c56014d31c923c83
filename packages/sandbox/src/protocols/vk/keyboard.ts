import { isObject, parseJson } from '../../http/parameters.ts';
import { Refusal } from './refusal.ts';

/**
 * The required fields of an action beside its type, by VK's schema:
 * `messages_keyboard_button_property_action`.
 */
const required: Readonly<Record<string, Readonly<Record<string, 'string' | 'number'>>>> = {
  text: { label: 'string' },
  callback: { label: 'string' },
  open_link: { label: 'string', link: 'string' },
  open_app: { label: 'string', app_id: 'number', owner_id: 'number' },
  vkpay: { hash: 'string' },
  location: {},
  open_photo: {},
};
const optional: readonly string[] = ['label', 'payload', 'hash', 'link'];
const colors: readonly unknown[] = ['default', 'primary', 'secondary', 'negative', 'positive'];
/**
 * The limits of https://dev.vk.com/en/api/bots/development/keyboard. Labels and payloads are in code
 * points.
 */
const most = { row: 5, label: 40, payload: 255 };
const sizes = { standard: { rows: 10, buttons: 40 }, inline: { rows: 6, buttons: 10 } } as const;

/**
 * Checks a keyboard. One without buttons removes the keyboard.
 *
 * @throws Refusal 911 for a keyboard that cannot be read or is too large.
 */
export function checkKeyboard(json: string | undefined): void {
  if (json === undefined || json === '') return;
  const keyboard = parseJson(json);
  if (!isObject(keyboard)) throw invalid('it is no JSON object');
  const { buttons: rows, one_time: isOneTime, inline: isInline = false } = keyboard;
  if (![undefined, true, false].includes(isOneTime as boolean)) throw invalid('one_time is no boolean');
  if (typeof isInline !== 'boolean') throw invalid('inline is no boolean');
  if (isInline && isOneTime === true) throw invalid('an inline keyboard cannot be one_time');
  if (!Array.isArray(rows) || !rows.every(Array.isArray)) throw invalid('buttons is no array of arrays');
  const size = sizes[isInline ? 'inline' : 'standard'];
  if (rows.length > size.rows) throw invalid(`there are more than ${size.rows} rows`);
  if (rows.some((row) => row.length > most.row)) throw invalid(`a row has more than ${most.row} buttons`);
  const buttons = rows.flat();
  if (buttons.length > size.buttons) throw invalid(`there are more than ${size.buttons} buttons`);
  for (const button of buttons) checkButton(button);
}

function checkButton(button: unknown): void {
  if (!isObject(button) || !isObject(button.action)) throw invalid('a button has no action');
  const { action, color } = button;
  if (color !== undefined && !colors.includes(color)) throw invalid('there is no such color');
  const type = String(action.type);
  const fields = Object.hasOwn(required, type) ? required[type] : undefined;
  if (!fields) throw invalid('there is no such type of action');
  for (const [name, kind] of Object.entries(fields)) {
    if (typeof action[name] !== kind || action[name] === '') throw invalid(`${name} of a button is missing or wrong`);
  }
  for (const name of optional) {
    if (action[name] !== undefined && typeof action[name] !== 'string') throw invalid(`${name} of a button is no string`);
  }
  if ([...String(action.label ?? '')].length > most.label) throw invalid(`a label has more than ${most.label} characters`);
  if ([...String(action.payload ?? '')].length > most.payload) throw invalid(`a payload has more than ${most.payload} characters`);
}

const invalid = (problem: string): Refusal => new Refusal(911, `Keyboard format is invalid: ${problem}`);
