import { ConfigurationError } from '@sitemessage/core';
import type { MyProtocolOptions } from './types.ts';

/** The options, checked, with nothing left to guess. */
export type Settings = Required<MyProtocolOptions>;

/** @throws ConfigurationError of code `my_protocol_option` that names the option and does not show it. */
export function readOptions({ token, apiRoot = 'https://api.example.com/v1' }: MyProtocolOptions): Settings {
  if (typeof token !== 'string' || !/^[!-~]{8,}$/.test(token)) throw wrong('token', 'must be what the provider gave: 8 characters or more');
  const url = URL.parse(String(apiRoot));
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw wrong('apiRoot', 'must be an http or https URL');
  if (url.username + url.password + url.search + url.hash !== '') throw wrong('apiRoot', 'must be a host and a path, and nothing else');
  return { token, apiRoot: url.href.replace(/(?<!\/)\/+$/, '') };
}

const wrong = (name: string, problem: string): ConfigurationError =>
  new ConfigurationError(`my-protocol: \`${name}\` ${problem}.`, { code: 'my_protocol_option' });
