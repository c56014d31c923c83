import { ConfigurationError, checkOptions } from '@sitemessage/core';
import { checkBaseUrl, checkProxy, normalizeBaseUrl, type ProxyOption } from '@sitemessage/http';
import type { PigeonPostOptions } from './types.ts';

/** The options, checked, with nothing left to guess. */
export interface Settings {
  readonly token: string;
  readonly apiRoot: string;
  readonly proxy: ProxyOption | undefined;
}

/** @throws ConfigurationError `pigeon_post_option`, or ArgumentError `option_invalid` for `apiRoot` and `proxy`. Both name the option, and show nothing of it. */
export function readOptions({ token, apiRoot = 'https://api.example.com/v1', proxy }: PigeonPostOptions): Settings {
  if (typeof token !== 'string' || !/^[!-~]{8,}$/.test(token)) throw wrong('token', 'must be what the provider gave: 8 characters or more');
  checkOptions({ apiRoot, proxy }, { apiRoot: checkBaseUrl, proxy: checkProxy }, { of: 'pigeon-post' });
  return { token, apiRoot: normalizeBaseUrl(apiRoot), proxy };
}

const wrong = (name: string, problem: string): ConfigurationError =>
  new ConfigurationError(`pigeon-post: \`${name}\` ${problem}.`, { code: 'pigeon_post_option' });
