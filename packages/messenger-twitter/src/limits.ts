import { createHash } from 'node:crypto';
import type { Limit } from '@sitemessage/core';
import type { Login } from './options.ts';

/**
 * 100 posts in any 15 minutes by one account, and 10,000 in any 24 hours by one app: https://docs.x.com/x-api/fundamentals/rate-limits.
 * `alias` tells the accounts of one app apart where the token does not say whose it is.
 */
export function limitsOf(login: Login, alias: string): readonly Limit[] {
  const [app, account] =
    login.kind === 'oauth2'
      ? [login.clientId, `${login.clientId} ${alias}`]
      : // Keys are stored, and shown. Before the hyphen of the token is the account's id.
        [digest(login.appKey), /^(\d+)-/.exec(login.accessToken)?.[1] ?? digest(login.accessToken)];
  return [
    { key: `twitter ${account}`, intervalMs: 11_250, burst: 20 },
    { key: `twitter app ${app}`, intervalMs: 9_600, burst: 1_000 },
  ];
}

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 16);
