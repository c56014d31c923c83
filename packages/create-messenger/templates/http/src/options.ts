import { checkOptions, type OptionCheck } from '@sitemessage/core';
import { checkBaseUrl, checkProxy, normalizeBaseUrl, type ProxyOption } from '@sitemessage/http';
import type { MyProtocolOptions } from './types.ts';

/** The checked options, with their defaults. */
export interface Settings {
  readonly token: string;
  readonly apiRoot: string;
  readonly proxy: ProxyOption | undefined;
}

const checkToken: OptionCheck = (value) =>
  typeof value === 'string' && /^[!-~]{8,}$/.test(value)
    ? undefined
    : 'must be the token of the account: 8 characters or more, without spaces';

const checks: Readonly<Record<keyof MyProtocolOptions, OptionCheck>> = { token: checkToken, apiRoot: checkBaseUrl, proxy: checkProxy };

/** The names of all options. Core refuses every other name. */
export const optionNames: readonly string[] = Object.keys(checks);

/**
 * Checks the options. A missing token counts as an empty one, so that its check refuses it.
 *
 * @throws ArgumentError `option_invalid`, which names the option and does not show its value.
 */
export function readOptions({ token = '', apiRoot = 'https://api.example.com/v1', proxy }: MyProtocolOptions): Settings {
  checkOptions({ token, apiRoot, proxy }, checks, { of: 'my-protocol' });
  return { token, apiRoot: normalizeBaseUrl(apiRoot), proxy };
}
