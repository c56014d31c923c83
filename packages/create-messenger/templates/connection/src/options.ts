import { ConfigurationError } from '@sitemessage/core';
import type { MyProtocolOptions } from './types.ts';

/** The options, checked, with nothing left to guess. */
export interface Settings {
  readonly token: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
}

/** @throws ConfigurationError of code `my_protocol_option` that names the option and does not show it. */
export function readOptions({ token, host = 'chat.example.com', port = 7_443, tls = true }: MyProtocolOptions): Settings {
  if (typeof token !== 'string' || !/^[!-~]{8,}$/.test(token)) throw wrong('token', 'must be what the provider gave: 8 characters or more');
  if (typeof host !== 'string' || host === '') throw wrong('host', 'must be the name of a host');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw wrong('port', 'must be an integer from 1 to 65535');
  if (typeof tls !== 'boolean') throw wrong('tls', 'must be true or false');
  return { token, host, port, tls };
}

const wrong = (name: string, problem: string): ConfigurationError =>
  new ConfigurationError(`my-protocol: \`${name}\` ${problem}.`, { code: 'my_protocol_option' });
