import { ConfigurationError } from '@sitemessage/core';
import { checkProxy, type ProxyOption, readBaseUrl } from '@sitemessage/http';
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

/** @throws ConfigurationError of code `vk_option`, or `http_option` for the proxy, that names the option. */
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
  checkProxy(proxy);
  return { accessToken, version, apiRoot: readBaseUrl(apiRoot, (problem) => wrong('apiRoot', problem)), proxy, requestsPerSecond };
}

/** Says which option is wrong, and nothing of what it is: it may be the token. */
export type Complaint = (name: string, problem: string) => ConfigurationError;

export function checkVersion(version: unknown, wrong: Complaint): void {
  if (typeof version !== 'string' || !/^\d+\.\d+$/.test(version)) throw wrong('version', `must look like ${defaultVersion}`);
}

const wrong: Complaint = (name, problem) => new ConfigurationError(`vk: \`${name}\` ${problem}.`, { code: 'vk_option' });
