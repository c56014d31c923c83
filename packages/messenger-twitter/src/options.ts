import { check, checkOptions, invalidOption, type OptionCheck } from '@sitemessage/core';
import { checkBaseUrl, checkProxy, normalizeBaseUrl, type ProxyOption } from '@sitemessage/http';
import type { TwitterOAuth2, TwitterOptions } from './types.ts';

/** The checked options, with their defaults. */
export interface Settings {
  readonly login: Login;
  readonly apiRoot: string;
  readonly proxy: ProxyOption | undefined;
  readonly onTooLong: 'fail' | 'thread';
}

export type Login = OAuth1Login | OAuth2Login;

export interface OAuth1Login {
  readonly kind: 'oauth1';
  readonly appKey: string;
  readonly appSecret: string;
  readonly accessToken: string;
  readonly accessSecret: string;
}

export interface OAuth2Login extends TwitterOAuth2 {
  readonly kind: 'oauth2';
}

/**
 * Tells whether a value can be sent in a header. A secret of fewer than 4 characters could not be redacted.
 * Those of X are far longer.
 */
export const isSecret = (value: unknown): value is string => typeof value === 'string' && /^[!-~]{4,}$/.test(value);

const checkSecret: OptionCheck = (value) => (isSecret(value) ? undefined : 'must be the value that X gave, without spaces or line breaks');

const commonChecks = { proxy: checkProxy, apiRoot: checkBaseUrl, onTooLong: check.oneOf(['fail', 'thread']) };
const oauth1Checks = { appKey: checkSecret, appSecret: checkSecret, accessToken: checkSecret, accessSecret: checkSecret };
const oauth2Checks = {
  'oauth2.clientId': checkSecret,
  'oauth2.clientSecret': checkSecret,
  'oauth2.accessToken': checkSecret,
  'oauth2.refreshToken': checkSecret,
  'oauth2.onToken': check.function,
};
const owner = { of: 'twitter' };

/** @throws ArgumentError `option_unknown` or `option_invalid`. It shows no value that may be a secret. */
export function readOptions(options: TwitterOptions): Settings {
  const { proxy, apiRoot = 'https://api.x.com', onTooLong = 'fail' } = options;
  checkOptions({ proxy, apiRoot, onTooLong }, commonChecks, owner);
  const login = options.oauth2 === undefined ? readOAuth1(options) : readOAuth2(options);
  return { login, apiRoot: normalizeBaseUrl(apiRoot), proxy, onTooLong };
}

/** A missing option counts as an empty text, so that its check refuses it. */
function readOAuth1({ appKey = '', appSecret = '', accessToken = '', accessSecret = '' }: TwitterOptions): OAuth1Login {
  const keys = { appKey, appSecret, accessToken, accessSecret };
  checkOptions(keys, oauth1Checks, owner);
  return { kind: 'oauth1', ...keys };
}

function readOAuth2(options: TwitterOptions): OAuth2Login {
  const { oauth2 } = options;
  const double = (Object.keys(oauth1Checks) as (keyof typeof oauth1Checks)[]).find((name) => options[name] !== undefined);
  if (double !== undefined) throw invalidOption(double, 'must be left out beside `oauth2`', owner.of);
  if (typeof oauth2 !== 'object' || oauth2 === null) throw invalidOption('oauth2', 'must be an object', owner.of);
  const { clientId = '', clientSecret, accessToken = '', refreshToken, onToken } = oauth2;
  const given = Object.entries({ ...oauth2, clientId, accessToken });
  checkOptions(Object.fromEntries(given.map(([name, value]) => [`oauth2.${name}`, value])), oauth2Checks, owner);
  return {
    kind: 'oauth2',
    clientId,
    ...(clientSecret !== undefined && { clientSecret }),
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(onToken && { onToken }),
  };
}
