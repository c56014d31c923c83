import { createHash } from 'node:crypto';
import type { Limit } from '@sitemessage/core';
import { retryAfter } from '@sitemessage/http';
import type { Login } from './options.ts';

/**
 * Returns the limits of X: 100 posts in 15 minutes for an account, and 10,000 posts in 24 hours for an app
 * (https://docs.x.com/x-api/fundamentals/rate-limits). A token of OAuth 2.0 does not name its account, so
 * `alias` stands for it.
 */
export function limitsOf(login: Login, alias: string): readonly Limit[] {
  const [app, account] =
    login.kind === 'oauth2'
      ? [login.clientId, `${login.clientId} ${alias}`]
      : // Limit keys are stored and shown, so secrets are hashed. The account's id stands before the hyphen of its token.
        [digest(login.appKey), /^(\d+)-/.exec(login.accessToken)?.[1] ?? digest(login.accessToken)];
  return [
    { key: `twitter ${account}`, intervalMs: 11_250, burst: 20 },
    { key: `twitter app ${app}`, intervalMs: 9_600, burst: 1_000 },
  ];
}

const digest = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 16);

const minuteMs = 60_000;
/**
 * The headers that tell how many requests are left, and when the limit is reset:
 * https://docs.x.com/x-api/fundamentals/rate-limits. Only some plans have the last two.
 */
const families = ['x-rate-limit', 'x-app-limit-24hour', 'x-user-limit-24hour'] as const;

/** Returns the time to wait after a 429, in milliseconds: until the limit is reset, and at least a minute. */
export function waitFor(headers: Headers): number {
  const used = families.filter((family) => isUsedUp(headers, family));
  const waits = (used.length === 0 ? families.slice(0, 1) : used).map((family) => untilReset(headers, family) ?? 0);
  return Math.max(minuteMs, ...waits, retryAfter(headers) ?? 0);
}

/**
 * Returns the pause after a successful post that used up a limit, in milliseconds. X would refuse the next
 * post. Default: none.
 */
export function pauseFor(headers: Headers): number | undefined {
  const waits = families.filter((family) => isUsedUp(headers, family)).map((family) => untilReset(headers, family) ?? 0);
  const wait = Math.max(0, ...waits);
  return wait > 0 ? wait : undefined;
}

const isUsedUp = (headers: Headers, family: string): boolean => headers.get(`${family}-remaining`)?.trim() === '0';

/** Measured by the header `date` of X where it has one: the clock of this machine can be minutes off. */
function untilReset(headers: Headers, family: string): number | undefined {
  const reset = headers.get(`${family}-reset`)?.trim() ?? '';
  if (!/^\d{1,12}$/.test(reset)) return undefined;
  const date = Date.parse(headers.get('date') ?? '');
  return Math.max(0, Number(reset) * 1_000 - (Number.isNaN(date) ? Date.now() : date));
}
