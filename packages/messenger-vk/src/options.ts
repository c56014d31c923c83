import { checkOptions, type OptionCheck } from '@sitemessage/core';
import { checkBaseUrl, checkProxy, normalizeBaseUrl, type ProxyOption } from '@sitemessage/http';
import type { VkOptions } from './types.ts';

/** The checked options, with their defaults. */
export interface Settings {
  readonly accessToken: string;
  readonly version: string;
  readonly apiRoot: string;
  readonly proxy: ProxyOption | undefined;
  readonly requestsPerSecond: number;
}

export const defaultVersion = '5.199';
const mostPerSecond = 1_000;

/** Accepts both forms of VK's tokens: `vk1.a.` and base64url, and the older 85 hex digits. */
const checkToken: OptionCheck = (value) =>
  typeof value === 'string' && /^[\w.-]{20,}$/.test(value)
    ? undefined
    : 'must be the token that VK gave: at least 20 letters, digits, dots, hyphens and underscores';

export const checkVersion: OptionCheck = (value) =>
  typeof value === 'string' && /^\d+\.\d+$/.test(value) ? undefined : `must look like ${defaultVersion}`;

const checks: Readonly<Record<keyof VkOptions, OptionCheck>> = {
  accessToken: checkToken,
  version: checkVersion,
  proxy: checkProxy,
  apiRoot: checkBaseUrl,
  requestsPerSecond: (value) =>
    typeof value === 'number' && value > 0 && value <= mostPerSecond ? undefined : `must be a number above 0 and up to ${mostPerSecond}`,
};

/**
 * A missing token counts as an empty text, so that its check refuses it.
 *
 * @throws ArgumentError `option_invalid`. It does not show the token.
 */
export function readOptions(options: VkOptions): Settings {
  const { accessToken = '', version = defaultVersion, apiRoot = 'https://api.vk.ru', proxy, requestsPerSecond = 3 } = options;
  checkOptions({ accessToken, version, apiRoot, proxy, requestsPerSecond }, checks, { of: 'vk' });
  return { accessToken, version, apiRoot: normalizeBaseUrl(apiRoot), proxy, requestsPerSecond };
}
