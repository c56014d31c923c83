import { checkOptions, type OptionCheck } from '@sitemessage/core';
import { checkBaseUrl, checkProxy, normalizeBaseUrl, type ProxyOption } from '@sitemessage/http';
import { readPageId } from './address.ts';
import type { FbOptions } from './types.ts';

/** The URL and version of the Graph API, and the proxy to it. */
export interface Endpoint {
  readonly version: string;
  readonly apiRoot: string;
  readonly proxy: ProxyOption | undefined;
}

/** The checked options, with their defaults. */
export interface Settings extends Endpoint {
  readonly pageId: string;
  readonly pageAccessToken: string;
  readonly appSecret: string | undefined;
}

const defaultVersion = 'v26.0';

/**
 * Refuses a value that cannot be sent in a header. A secret of fewer than 4 characters could not be redacted.
 * Those of Facebook are far longer.
 */
export const checkSecret: OptionCheck = (value) =>
  typeof value === 'string' && /^[!-~]{4,}$/.test(value)
    ? undefined
    : 'must be the value that Facebook gave, without spaces or line breaks';

/** Makes a check for an id in digits. `owner` is the thing that has the id: `a page`. */
export const checkId =
  (owner: string): OptionCheck =>
  (value) =>
    readPageId(value) === undefined ? `must be the id of ${owner}, in digits` : undefined;

const checkVersion: OptionCheck = (value) =>
  typeof value === 'string' && /^v\d+\.\d+$/.test(value) ? undefined : `must look like ${defaultVersion}`;

export const endpointChecks: Readonly<Record<'version' | 'proxy' | 'apiRoot', OptionCheck>> = {
  version: checkVersion,
  proxy: checkProxy,
  apiRoot: checkBaseUrl,
};

const checks: Readonly<Record<keyof FbOptions, OptionCheck>> = {
  ...endpointChecks,
  pageId: checkId('a page'),
  pageAccessToken: checkSecret,
  appSecret: checkSecret,
};

/**
 * A missing id or token counts as an empty text, so that its check refuses it.
 *
 * @throws ArgumentError `option_invalid`. It does not show secrets.
 */
export function readOptions(options: FbOptions): Settings {
  const { pageId = '', pageAccessToken = '', version, appSecret, proxy, apiRoot } = options;
  checkOptions({ pageId, pageAccessToken, version, appSecret, proxy, apiRoot }, checks, { of: 'fb' });
  return { pageId: String(pageId), pageAccessToken, appSecret, ...readEndpoint(options) };
}

/** Fills in the defaults of options that were checked. */
export function readEndpoint({ version = defaultVersion, apiRoot = 'https://graph.facebook.com', proxy }: Partial<FbOptions>): Endpoint {
  return { version, apiRoot: normalizeBaseUrl(apiRoot), proxy };
}
