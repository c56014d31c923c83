import { check, checkOptions, type OptionCheck } from '@sitemessage/core';
import type { MyProtocolOptions } from './types.ts';

/** The checked options, with their defaults. */
export type Settings = Required<MyProtocolOptions>;

const checkToken: OptionCheck = (value) =>
  typeof value === 'string' && /^[!-~]{8,}$/.test(value)
    ? undefined
    : 'must be the token of the account: 8 characters or more, without spaces';

const checks: Readonly<Record<keyof MyProtocolOptions, OptionCheck>> = {
  token: checkToken,
  host: (value) => (typeof value === 'string' && value !== '' ? undefined : 'must be the name of a host'),
  port: check.integer(1, 65_535),
  tls: check.boolean,
};

/** The names of all options. Core refuses every other name. */
export const optionNames: readonly string[] = Object.keys(checks);

/**
 * Checks the options. A missing token counts as an empty one, so that its check refuses it.
 *
 * @throws ArgumentError `option_invalid`, which names the option and does not show the token.
 */
export function readOptions({ token = '', host = 'chat.example.com', port = 7_443, tls = true }: MyProtocolOptions): Settings {
  checkOptions({ token, host, port, tls }, checks, { of: 'my-protocol' });
  return { token, host, port, tls };
}
