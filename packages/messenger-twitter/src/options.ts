import { ConfigurationError, checkOptions } from '@sitemessage/core';
import { checkBaseUrl, checkProxy, normalizeBaseUrl, type ProxyOption } from '@sitemessage/http';
import type { TwitterOAuth2, TwitterOptions } from './types.ts';

/** The options, checked, with nothing left to guess. */
export interface Settings {
  readonly login: Login;
  readonly apiRoot: string;
  readonly proxy: ProxyOption | undefined;
  readonly onTooLong: 'fail' | 'thread';
}

export type Login = OAuth1Login | OAuth2Login;

interface OAuth1Login {
  readonly kind: 'oauth1';
  readonly appKey: string;
  readonly appSecret: string;
  readonly accessToken: string;
  readonly accessSecret: string;
}

export interface OAuth2Login extends TwitterOAuth2 {
  readonly kind: 'oauth2';
}

/** @throws ConfigurationError `twitter_option`, or ArgumentError `option_invalid` for the proxy. Both name the option. */
export function readOptions(options: TwitterOptions): Settings {
  const { proxy, apiRoot = 'https://api.x.com', onTooLong = 'fail' } = options;
  const login = options.oauth2 === undefined ? readOAuth1(options) : readOAuth2(options);
  if (onTooLong !== 'fail' && onTooLong !== 'thread') throw wrong('onTooLong', "must be 'fail' or 'thread'");
  checkOptions({ proxy }, { proxy: checkProxy }, { of: 'twitter' });
  const problem = checkBaseUrl(apiRoot);
  if (problem !== undefined) throw wrong('apiRoot', problem);
  return { login, apiRoot: normalizeBaseUrl(apiRoot), proxy, onTooLong };
}

const oauth1Names = ['appKey', 'appSecret', 'accessToken', 'accessSecret'] as const;

function readOAuth1(options: TwitterOptions): OAuth1Login {
  const read = (name: (typeof oauth1Names)[number]): string => checkSecret(name, options[name]);
  return {
    kind: 'oauth1',
    appKey: read('appKey'),
    appSecret: read('appSecret'),
    accessToken: read('accessToken'),
    accessSecret: read('accessSecret'),
  };
}

function readOAuth2(options: TwitterOptions): OAuth2Login {
  const double = oauth1Names.find((name) => options[name] !== undefined);
  if (double !== undefined) throw wrong(double, 'must be left out beside `oauth2`');
  if (typeof options.oauth2 !== 'object' || options.oauth2 === null) throw wrong('oauth2', 'must be an object');
  const { clientId, clientSecret, accessToken, refreshToken, onToken } = options.oauth2;
  if (onToken !== undefined && typeof onToken !== 'function') throw wrong('oauth2.onToken', 'must be a function');
  return {
    kind: 'oauth2',
    clientId: checkSecret('oauth2.clientId', clientId),
    ...(clientSecret !== undefined && { clientSecret: checkSecret('oauth2.clientSecret', clientSecret) }),
    accessToken: checkSecret('oauth2.accessToken', accessToken),
    ...(refreshToken !== undefined && { refreshToken: checkSecret('oauth2.refreshToken', refreshToken) }),
    ...(onToken && { onToken }),
  };
}

/** What can stand in a header. Shorter than 4 characters it could not be taken out of an error; X's are far longer. */
export const isSecret = (value: unknown): value is string => typeof value === 'string' && /^[!-~]{4,}$/.test(value);

function checkSecret(name: string, value: unknown): string {
  if (isSecret(value)) return value;
  throw wrong(name, 'must be what X gave, without spaces or line breaks');
}

/** Says which option is wrong, and nothing of what it is: it may be a secret. */
const wrong = (name: string, problem: string): ConfigurationError =>
  new ConfigurationError(`twitter: \`${name}\` ${problem}.`, { code: 'twitter_option' });
