import { ConfigurationError, errorKind, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';
import { waitFor } from './rate-limits.ts';

/**
 * An error reply of X, in any of its four forms: a problem of v2 (`title`, `detail`, `type`), the numbered
 * errors of v1 (some endpoints still send them), one such error alone (`code` and `message`), or an error of
 * OAuth 2.0.
 */
export interface Refusal {
  readonly status: number;
  /** The error numbers of v1: https://docs.x.com/x-api/fundamentals/response-codes-and-errors. */
  readonly numbers: readonly number[];
  /** The title and the type of a v2 problem: `CreditsDepleted https://api.x.com/2/problems/credits`. */
  readonly problem: string;
  /** All the words of the reply, without secrets. */
  readonly words: string;
  /** The time to wait if this is a rate limit, in milliseconds. */
  readonly waitMs: number;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads an error reply of X. Returns undefined for a reply that is not from X, for example the page of a
 * gateway. `redact` removes secrets from a text.
 */
export function refusalOf(
  { status, headers }: Response,
  reply: Fields | undefined,
  redact: (words: string) => string,
): Refusal | undefined {
  if (!reply) return undefined;
  // Gateways send a `message` too, but no number with it.
  const alone = typeof reply.code === 'number' ? [reply] : [];
  const errors = [...alone, ...(Array.isArray(reply.errors) ? reply.errors : []).map((error) => Object(error) as Fields)];
  const texts = [reply.title, reply.detail, ...errors.map(({ message }) => message), reply.error, reply.error_description];
  const words = texts.filter((text) => typeof text === 'string' && text !== '');
  if (words.length === 0) return undefined;
  return {
    status,
    numbers: errors.map(({ code }) => code).filter((code) => typeof code === 'number'),
    problem: [reply.title, reply.type].filter((text) => typeof text === 'string').join(' '),
    words: redact([...new Set(words)].join(': ')),
    waitMs: waitFor(headers),
  };
}

const hourMs = 60 * 60_000;
/** The window in which X counts 300 posts, reposts included. X names no other wait for this limit. */
const dailyLimitMs = 3 * hourMs;

type Kind = 'configuration' | 'permanent' | 'transient' | 'messenger' | 'unknown';

interface Meaning {
  readonly code: string;
  /** The kind of the error. `messenger` is transient with the scope `messenger`. */
  readonly kind: Kind;
  // One match is enough. X has numbers for v1 only. Errors of v2 often differ in their words alone.
  readonly status?: number;
  readonly numbers?: readonly number[];
  readonly problem?: RegExp;
  readonly says?: RegExp;
  /** The pause of the messenger in milliseconds, where only X or the next month can end the problem. */
  readonly restMs?: number;
  /** A sentence for the end of the message. */
  readonly hint?: string;
  /** An exception: the refusals with another meaning. */
  readonly unless?: (refusal: Refusal, isReply: boolean) => boolean;
}

/** The first match counts. Source: https://docs.x.com/x-api/fundamentals/response-codes-and-errors. */
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
    hint: 'If the outcome of an earlier attempt is unknown, the post is on X.',
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
    // This text names endpoints, for example of media, which would match a rule below.
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
    hint: 'X has no such endpoint. Check `apiRoot`.',
    unless: ({ numbers }, isReply) => isReply || numbers.some((number) => number !== 34),
  },
  { code: 'twitter_not_found', kind: 'permanent', status: 404, numbers: [34] },
  // A 403 without a reason may concern the account. A pause costs less than failing every later message.
  { code: 'twitter_forbidden', kind: 'configuration', status: 403 },
  { code: 'twitter_invalid', kind: 'permanent', status: 400 },
];

/** Returns the error for a refusal. `isReply`: the request names an earlier post, which may be missing. */
export function errorFor(refusal: Refusal, isReply = false): Error {
  const { status, numbers, words, waitMs } = refusal;
  const found = meanings.find((meaning) => fits(meaning, refusal) && !meaning.unless?.(refusal, isReply)) ?? otherwise(status);
  const { code, kind, restMs, hint } = found;
  const answer = numbers.length === 0 ? String(status) : `${status} (${numbers.join(', ')})`;
  const message = withHint(`X answered ${answer}: ${words}`, hint);
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
  // The words of a failing server say nothing about the message.
  (refusal.status < 500 && (says?.test(refusal.words) ?? false));

/** A server that fails may have created the post before. */
const otherwise = (status: number): Meaning =>
  status >= 500 ? { code: 'twitter_internal', kind: 'unknown' } : { code: 'twitter_refused', kind: 'permanent' };

/**
 * Returns the error for a reply that is not from X's API: a gateway on the way sent it, or X in an outage.
 * `words` is the text of the reply, without secrets.
 */
export function gatewayError({ status, headers }: Response, words: string): Error {
  const message = `X answered ${status}, but not with a reply of its API${words === '' ? '.' : `: ${words}`}`;
  if (status === 429) {
    return new TransientError(message, { code: 'twitter_rate_limited', scope: 'messenger', retryAfterMs: waitFor(headers) });
  }
  // The request was incomplete, too early, or refused for lack of capacity.
  if (status === 408 || status === 425 || status === 503) return new TransientError(message, { code: 'twitter_unavailable' });
  // A server that fails may have created the post before.
  if (status < 300 || status >= 500) return new UnknownOutcomeError(message, { code: 'twitter_unreadable' });
  if (status === 413) return new PermanentError(message, { code: 'twitter_media' });
  // Also a redirect: the server at this place is not X.
  return new ConfigurationError(message, { code: 'twitter_gateway' });
}

/** Appends a sentence to a message. */
export function withHint(message: string, hint?: string): string {
  if (hint === undefined) return message;
  return `${message}${/[.!?]$/.test(message) ? '' : '.'} ${hint}`;
}

/** Turns an unknown outcome into a transient error, for work that posts nothing and can be repeated. */
export async function withoutUnknownOutcome<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (errorKind(error) !== 'unknown') throw error;
    const { message, code, cause } = error as UnknownOutcomeError;
    throw new TransientError(message, { code, cause });
  }
}
