import { ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';
import { hinted } from './hint.ts';
import type { Refusal } from './refusal.ts';

const hourMs = 60 * 60_000;
/** The window of which X says no more than that posts in it are counted: 300 posts in 3 hours, reposts among them. */
const dailyLimitMs = 3 * hourMs;

type Kind = 'configuration' | 'permanent' | 'transient' | 'messenger' | 'unknown';

interface Meaning {
  readonly code: string;
  /** `messenger`: transient, and for everything that goes through this messenger. */
  readonly kind: Kind;
  /** Any of these makes it fit. X has numbers for v1 alone; of v2 it is mostly the words that say what it was. */
  readonly status?: number;
  readonly numbers?: readonly number[];
  readonly problem?: RegExp;
  readonly says?: RegExp;
  /** For how long to rest where only somebody at X, or the next month, can change it. */
  readonly restMs?: number;
  readonly hint?: string;
  /** Where it means something else. */
  readonly unless?: (refusal: Refusal, isReply: boolean) => boolean;
}

/** https://docs.x.com/x-api/fundamentals/response-codes-and-errors; the first that fits counts. */
const meanings: readonly Meaning[] = [
  { code: 'twitter_usage_cap', kind: 'configuration', problem: /usage-?capped|UsageCapExceeded/i, restMs: hourMs },
  { code: 'twitter_spend_cap', kind: 'configuration', problem: /SpendCap|spend-cap/i },
  { code: 'twitter_credits', kind: 'configuration', status: 402 },
  { code: 'twitter_clock', kind: 'configuration', numbers: [135], says: /timestamp out of bounds/i },
  { code: 'twitter_unauthorized', kind: 'configuration', status: 401, numbers: [32, 89, 99, 215] },
  { code: 'twitter_daily_limit', kind: 'messenger', numbers: [185], says: /daily status update limit|daily limit/i },
  { code: 'twitter_rate_limited', kind: 'messenger', status: 429, numbers: [88] },
  { code: 'twitter_unavailable', kind: 'transient', status: 503, numbers: [130] },
  { code: 'twitter_internal', kind: 'unknown', numbers: [131] },
  {
    code: 'twitter_duplicate',
    kind: 'permanent',
    numbers: [187],
    says: /duplicate content|status is a duplicate/i,
    hint: 'After an attempt of unknown outcome it means that the post is on X.',
  },
  { code: 'twitter_suspended', kind: 'configuration', numbers: [64], says: /account is suspended/i, restMs: hourMs },
  { code: 'twitter_locked', kind: 'configuration', numbers: [326], says: /temporarily locked/i, restMs: hourMs },
  { code: 'twitter_automated', kind: 'configuration', numbers: [226], says: /might be automated/i, restMs: hourMs },
  {
    code: 'twitter_permissions',
    kind: 'configuration',
    numbers: [261],
    problem: /unsupported-authentication|Unsupported Authentication/i,
    says: /app permissions|oauth2? scopes?|missing scope/i,
  },
  {
    code: 'twitter_client',
    kind: 'configuration',
    numbers: [416, 453],
    problem: /client-forbidden|Client Forbidden/i,
    // It gives examples of endpoints, which the rules below would find.
    says: /different access level/i,
  },
  { code: 'twitter_reply', kind: 'permanent', numbers: [433], says: /\brepl(?:y|ies|ying)\b/i },
  { code: 'twitter_too_long', kind: 'permanent', numbers: [186], says: /too long/i },
  { code: 'twitter_media', kind: 'permanent', numbers: [323, 324, 325, 386], says: /\b(?:media|video)\b/i },
  { code: 'twitter_rules', kind: 'permanent', says: /cashtag|\bmentions?\b|invalid url/i },
  {
    code: 'twitter_not_found',
    kind: 'permanent',
    numbers: [50, 144, 150, 151, 349],
    problem: /resource-not-found/,
    says: /could not find/i,
  },
  {
    code: 'twitter_endpoint',
    kind: 'configuration',
    status: 404,
    numbers: [34],
    hint: 'There is no such place: look at `apiRoot`.',
    unless: ({ numbers }, isReply) => isReply || numbers.some((number) => number !== 34),
  },
  { code: 'twitter_not_found', kind: 'permanent', status: 404, numbers: [34] },
  // 403 of which no more is known may be for the account's sake: waiting costs less than failing all that follows.
  { code: 'twitter_forbidden', kind: 'configuration', status: 403 },
  { code: 'twitter_invalid', kind: 'permanent', status: 400 },
];

/** The error that says what to do next. `isReply`: what was asked for names a post, which may be missing. */
export function errorFor(refusal: Refusal, isReply = false): Error {
  const { status, numbers, words, waitMs } = refusal;
  const found = meanings.find((meaning) => fits(meaning, refusal) && !meaning.unless?.(refusal, isReply)) ?? otherwise(status);
  const { code, kind, restMs, hint } = found;
  const told = numbers.length === 0 ? String(status) : `${status} (${numbers.join(', ')})`;
  const said = `X answered ${told}: ${words}`;
  const message = hint === undefined ? said : hinted(said, hint);
  switch (kind) {
    case 'configuration':
      return new ConfigurationError(message, { code, ...(restMs !== undefined && { retryAfterMs: restMs }) });
    case 'permanent':
      return new PermanentError(message, { code });
    case 'messenger':
      return new TransientError(message, {
        code,
        scope: 'messenger',
        retryAfterMs: code === 'twitter_daily_limit' ? dailyLimitMs : waitMs,
      });
    case 'transient':
      return new TransientError(message, { code });
    case 'unknown':
      return new UnknownOutcomeError(message, { code });
  }
}

const fits = ({ status, numbers, problem, says }: Meaning, refusal: Refusal): boolean =>
  status === refusal.status ||
  (numbers?.some((number) => refusal.numbers.includes(number)) ?? false) ||
  (problem?.test(refusal.problem) ?? false) ||
  // What a server in trouble says is no word about the message.
  (refusal.status < 500 && (says?.test(refusal.words) ?? false));

/** Whoever has trouble may have had it after the post was there. */
const otherwise = (status: number): Meaning =>
  status >= 500 ? { code: 'twitter_internal', kind: 'unknown' } : { code: 'twitter_refused', kind: 'permanent' };
