import { ConfigurationError, checkOptions } from '@sitemessage/core';
import { checkBaseUrl, checkProxy, normalizeBaseUrl, type ProxyOption } from '@sitemessage/http';
import type { VkOptions } from './types.ts';

/** The options, checked, with nothing left to guess. */
export interface Settings {
  readonly accessToken: string;
  readonly version: string;
  readonly apiRoot: string;
  readonly proxy: ProxyOption | undefined;
  readonly requestsPerSecond: number;
}

export const defaultVersion = '5.199';
const mostPerSecond = 1_000;

/** @throws ConfigurationError `vk_option`, or ArgumentError `option_invalid` for the proxy. Both name the option. */
export function readOptions(options: VkOptions): Settings {
  const { accessToken, version = defaultVersion, apiRoot = 'https://api.vk.ru', proxy, requestsPerSecond = 3 } = options;
  // Both kinds that VK gives out: `vk1.a.` and base64url, and the older 85 hex digits.
  if (typeof accessToken !== 'string' || !/^[\w.-]{20,}$/.test(accessToken)) {
    throw wrong('accessToken', 'must be what VK gave: letters, digits, dots, dashes and underscores, at least 20 of them');
  }
  checkVersion(version, wrong);
  if (typeof requestsPerSecond !== 'number' || !(requestsPerSecond > 0 && requestsPerSecond <= mostPerSecond)) {
    throw wrong('requestsPerSecond', `must be a number above 0 and up to ${mostPerSecond}`);
  }
  checkOptions({ proxy }, { proxy: checkProxy }, { of: 'vk' });
  const problem = checkBaseUrl(apiRoot);
  if (problem !== undefined) throw wrong('apiRoot', problem);
  return { accessToken, version, apiRoot: normalizeBaseUrl(apiRoot), proxy, requestsPerSecond };
}

/** Says which option is wrong, and nothing of what it is: it may be the token. */
export type Complaint = (name: string, problem: string) => ConfigurationError;

export function checkVersion(version: unknown, wrong: Complaint): void {
  if (typeof version !== 'string' || !/^\d+\.\d+$/.test(version)) throw wrong('version', `must look like ${defaultVersion}`);
}

const wrong: Complaint = (name, problem) => new ConfigurationError(`vk: \`${name}\` ${problem}.`, { code: 'vk_option' });
