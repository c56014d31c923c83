import { ConfigurationError } from '@sitemessage/core';
import { checkProxy, type ProxyOption, readBaseUrl } from '@sitemessage/http';
import type { MyProtocolOptions } from './types.ts';

/** The options, checked, with nothing left to guess. */
export interface Settings {
  readonly token: string;
  readonly apiRoot: string;
  readonly proxy: ProxyOption | undefined;
}

/** @throws ConfigurationError of code `my_protocol_option`, or `http_option` for the proxy, that names the option and does not show it. */
export function readOptions({ token, apiRoot = 'https://api.example.com/v1', proxy }: MyProtocolOptions): Settings {
  if (typeof token !== 'string' || !/^[!-~]{8,}$/.test(token)) throw wrong('token', 'must be what the provider gave: 8 characters or more');
  checkProxy(proxy);
  return { token, apiRoot: readBaseUrl(apiRoot, (problem) => wrong('apiRoot', problem)), proxy };
}

const wrong = (name: string, problem: string): ConfigurationError =>
  new ConfigurationError(`my-protocol: \`${name}\` ${problem}.`, { code: 'my_protocol_option' });
