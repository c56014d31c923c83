import { ConfigurationError, checkOptions } from '@sitemessage/core';
import { checkBaseUrl, checkProxy, normalizeBaseUrl, type ProxyOption } from '@sitemessage/http';
import { readPageId } from './address.ts';
import type { FbOptions } from './types.ts';

/** Where the Graph API is, and how to get there. */
export interface Place {
  readonly version: string;
  readonly apiRoot: string;
  readonly proxy: ProxyOption | undefined;
}

/** The options, checked, with nothing left to guess. */
export interface Settings extends Place {
  readonly pageId: string;
  readonly pageAccessToken: string;
  readonly appSecret: string | undefined;
}

const defaultVersion = 'v26.0';

/** @throws ConfigurationError `fb_option`, or ArgumentError `option_invalid` for the proxy. Both name the option. */
export function readOptions(options: FbOptions): Settings {
  const { pageAccessToken, appSecret } = options;
  const pageId = readPageId(options.pageId);
  if (pageId === undefined) throw wrong('pageId', 'must be the id of a page: digits');
  checkSecret('pageAccessToken', pageAccessToken);
  if (appSecret !== undefined) checkSecret('appSecret', appSecret);
  return { pageId, pageAccessToken, appSecret, ...readPlace(options) };
}

/** @throws ConfigurationError `fb_option`, or ArgumentError `option_invalid` for the proxy. Both name the option. */
export function readPlace({ version = defaultVersion, apiRoot = 'https://graph.facebook.com', proxy }: Partial<FbOptions>): Place {
  if (typeof version !== 'string' || !/^v\d+\.\d+$/.test(version)) throw wrong('version', `must look like ${defaultVersion}`);
  checkOptions({ proxy }, { proxy: checkProxy }, { of: 'fb' });
  const problem = checkBaseUrl(apiRoot);
  if (problem !== undefined) throw wrong('apiRoot', problem);
  return { version, apiRoot: normalizeBaseUrl(apiRoot), proxy };
}

/** What can stand in a header. Shorter than 4 characters it could not be taken out of an error; Facebook's are far longer. */
export function checkSecret(name: string, value: unknown): void {
  if (typeof value === 'string' && /^[!-~]{4,}$/.test(value)) return;
  throw wrong(name, 'must be what Facebook gave, without spaces or line breaks');
}

/** Says which option is wrong, and nothing of what it is: it may be the token. */
export const wrong = (name: string, problem: string): ConfigurationError =>
  new ConfigurationError(`fb: \`${name}\` ${problem}.`, { code: 'fb_option' });
