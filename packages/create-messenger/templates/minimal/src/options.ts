import { checkOptions, type OptionCheck } from '@sitemessage/core';
import type { MyProtocolOptions } from './types.ts';

/** The checked options, with their defaults. */
export type Settings = Required<MyProtocolOptions>;

const checkToken: OptionCheck = (value) =>
  typeof value === 'string' && /^[!-~]{8,}$/.test(value)
    ? undefined
    : 'must be the token of the account: 8 characters or more, without spaces';

const checkApiRoot: OptionCheck = (value) => {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol)) return 'must be an http or https URL';
  return url.username + url.password + url.search + url.hash === ''
    ? undefined
    : 'must be a URL without user, password, query and fragment';
};

const checks: Readonly<Record<keyof MyProtocolOptions, OptionCheck>> = { token: checkToken, apiRoot: checkApiRoot };

/** The names of all options. Core refuses every other name. */
export const optionNames: readonly string[] = Object.keys(checks);

/**
 * Checks the options. A missing token counts as an empty one, so that its check refuses it.
 *
 * @throws ArgumentError `option_invalid`, which names the option and does not show its value.
 */
export function readOptions({ token = '', apiRoot = 'https://api.example.com/v1' }: MyProtocolOptions): Settings {
  checkOptions({ token, apiRoot }, checks, { of: 'my-protocol' });
  return { token, apiRoot: new URL(apiRoot).href.replace(/(?<!\/)\/+$/, '') };
}
