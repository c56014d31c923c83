import type { TwitterError } from '@sitemessage/sandbox';

/** An error of X, and the error that it must become. */
export interface Case {
  readonly error: TwitterError;
  readonly code: string;
  readonly kind: 'transient' | 'permanent' | 'configuration' | 'unknown';
  readonly scope?: 'dispatch' | 'messenger';
  readonly retryAfterMs?: number;
}

/** The time that the replies name in their header `date`, in seconds since 1970. So no test waits. */
export const now = 1_800_000_000;
const minute = 60_000;
const hour = 60 * minute;
const permanent = { kind: 'permanent' } as const;
const configuration = { kind: 'configuration' } as const;
const rest = { ...configuration, retryAfterMs: hour } as const;
const transient = { kind: 'transient', scope: 'dispatch' } as const;
const unknown = { kind: 'unknown' } as const;
const limited = (retryAfterMs: number) => ({ kind: 'transient', scope: 'messenger', retryAfterMs }) as const;

const problems = 'https://api.x.com/2/problems/';
const problem = (status: number, detail: string, title = 'Forbidden', type = 'about:blank'): TwitterError => ({
  status,
  title,
  detail,
  type,
});
const v1 = (status: number, code: number, message = `Error ${code}`): TwitterError => ({ status, errors: [{ code, message }] });
const tooMany = (headers: Readonly<Record<string, string>> = {}): TwitterError => ({
  ...problem(429, 'Too Many Requests', 'Too Many Requests'),
  headers: { date: new Date(now * 1_000).toUTCString(), ...headers },
});
const resetIn = (seconds: number, family = 'x-rate-limit', remaining = 0) => ({
  [`${family}-limit`]: '100',
  [`${family}-remaining`]: String(remaining),
  [`${family}-reset`]: String(now + seconds),
});

const rateLimited = { code: 'twitter_rate_limited' };
const reasons =
  'When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from an App attached to a Project.';

/** An error that names media, but is about the access level. */
const subset =
  'You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints (e.g. media post, oauth) only. If you need access to this endpoint, you may need a different access level.';

export const cases: readonly Case[] = [
  // A 429 with a reset waits until then, and at least a minute.
  { error: tooMany(resetIn(600)), ...rateLimited, ...limited(10 * minute) },
  { error: tooMany(resetIn(5)), ...rateLimited, ...limited(minute) },
  { error: tooMany(resetIn(-600)), ...rateLimited, ...limited(minute) },
  { error: tooMany(), ...rateLimited, ...limited(minute) },
  { error: tooMany({ 'x-rate-limit-reset': 'soon' }), ...rateLimited, ...limited(minute) },
  { error: tooMany({ 'retry-after': '90' }), ...rateLimited, ...limited(90_000) },
  { error: { ...tooMany(resetIn(600)), errors: [{ code: 88, message: 'Rate limit exceeded' }] }, ...rateLimited, ...limited(10 * minute) },
  { error: v1(403, 88, 'Rate limit exceeded'), ...rateLimited, ...limited(minute) },
  // Daily limits count when they are used up. The longest wait counts.
  { error: tooMany({ ...resetIn(600, undefined, 7), ...resetIn(7_200, 'x-user-limit-24hour') }), ...rateLimited, ...limited(2 * hour) },
  { error: tooMany({ ...resetIn(600), ...resetIn(7_200, 'x-app-limit-24hour') }), ...rateLimited, ...limited(2 * hour) },
  { error: tooMany({ ...resetIn(600), ...resetIn(7_200, 'x-app-limit-24hour', 3) }), ...rateLimited, ...limited(10 * minute) },

  // The month's cap and the money.
  {
    error: problem(429, 'Usage cap exceeded: Monthly product cap', 'UsageCapExceeded', `${problems}usage-capped`),
    code: 'twitter_usage_cap',
    ...rest,
  },
  { error: problem(429, 'Usage cap exceeded', 'Too Many', `${problems}usage-capped`), code: 'twitter_usage_cap', ...rest },
  {
    error: problem(402, 'Your enrolled account does not have any credits.', 'CreditsDepleted', `${problems}credits`),
    code: 'twitter_credits',
    ...configuration,
  },
  {
    error: problem(402, 'Your spend cap is reached.', 'SpendCapReached', `${problems}spend-cap`),
    code: 'twitter_spend_cap',
    ...configuration,
  },
  { error: problem(402, 'Payment Required', 'Payment Required'), code: 'twitter_credits', ...configuration },

  // Logins.
  { error: problem(401, 'Unauthorized', 'Unauthorized'), code: 'twitter_unauthorized', ...configuration },
  ...[32, 89, 99, 215].map((number): Case => ({ error: v1(403, number), code: 'twitter_unauthorized', ...configuration })),
  { error: v1(401, 135, 'Timestamp out of bounds.'), code: 'twitter_clock', ...configuration },
  { error: v1(403, 135), code: 'twitter_clock', ...configuration },

  // Repeats.
  { error: problem(403, 'You are not allowed to create a Tweet with duplicate content.'), code: 'twitter_duplicate', ...permanent },
  { error: v1(403, 187, 'Status is a duplicate.'), code: 'twitter_duplicate', ...permanent },

  // The account and the app.
  { error: v1(403, 64, 'Your account is suspended and is not permitted to access this feature.'), code: 'twitter_suspended', ...rest },
  { error: problem(403, 'Your account is suspended.'), code: 'twitter_suspended', ...rest },
  { error: v1(403, 326, 'To protect our users, this account is temporarily locked.'), code: 'twitter_locked', ...rest },
  { error: problem(403, 'This account is temporarily locked.'), code: 'twitter_locked', ...rest },
  { error: v1(403, 226, 'This request looks like it might be automated.'), code: 'twitter_automated', ...rest },
  {
    error: problem(403, 'Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.'),
    code: 'twitter_permissions',
    ...configuration,
  },
  { error: v1(403, 261, 'Application cannot perform write actions.'), code: 'twitter_permissions', ...configuration },
  {
    error: problem(403, 'Application-Only is forbidden.', 'Unsupported Authentication', `${problems}unsupported-authentication`),
    code: 'twitter_permissions',
    ...configuration,
  },
  { error: problem(403, reasons, 'Client Forbidden', `${problems}client-forbidden`), code: 'twitter_client', ...configuration },
  { error: v1(403, 416, 'Invalid / suspended application'), code: 'twitter_client', ...configuration },
  { error: v1(403, 453, subset), code: 'twitter_client', ...configuration },
  { error: problem(403, subset), code: 'twitter_client', ...configuration },
  { error: problem(403, 'You are not permitted to perform this action.'), code: 'twitter_forbidden', ...configuration },

  // A post that is not a reply names nothing that could be missing.
  { error: problem(404, 'Not Found', 'Not Found'), code: 'twitter_endpoint', ...configuration },
  { error: v1(404, 34, 'Sorry, that page does not exist.'), code: 'twitter_endpoint', ...configuration },

  // The message.
  { error: v1(403, 433, 'The original Tweet author restricted who can reply.'), code: 'twitter_reply', ...permanent },
  { error: problem(403, 'Reply to this conversation is not allowed.'), code: 'twitter_reply', ...permanent },
  { error: problem(403, 'Posts may have one cashtag at most.'), code: 'twitter_rules', ...permanent },
  { error: problem(403, 'You may not mention this many accounts.'), code: 'twitter_rules', ...permanent },
  { error: v1(403, 186, 'Tweet needs to be a bit shorter.'), code: 'twitter_too_long', ...permanent },
  { error: problem(403, 'Your Tweet text is too long.'), code: 'twitter_too_long', ...permanent },
  {
    error: problem(400, 'One or more parameters to your request was invalid.', 'Invalid Request', `${problems}invalid-request`),
    code: 'twitter_invalid',
    ...permanent,
  },
  ...[323, 324, 325, 386].map((number): Case => ({ error: v1(400, number), code: 'twitter_media', ...permanent })),
  {
    error: {
      ...problem(400, 'Invalid.', 'Invalid Request', `${problems}invalid-request`),
      errors: [{ message: 'Your media IDs are invalid.' }],
    },
    code: 'twitter_media',
    ...permanent,
  },
  { error: problem(403, 'This user is not allowed to post a video longer than 2 minutes'), code: 'twitter_media', ...permanent },
  { error: problem(403, 'The Tweet contains an invalid URL.'), code: 'twitter_rules', ...permanent },
  { error: problem(404, 'Could not find tweet with id: [7].', 'Not Found Error'), code: 'twitter_not_found', ...permanent },
  { error: problem(404, 'No', 'No', `${problems}resource-not-found`), code: 'twitter_not_found', ...permanent },
  ...[50, 144, 150, 151, 349].map((number): Case => ({ error: v1(403, number), code: 'twitter_not_found', ...permanent })),
  { error: v1(404, 144), code: 'twitter_not_found', ...permanent },
  { error: problem(409, 'Conflict', 'Conflict'), code: 'twitter_refused', ...permanent },
  { error: v1(410, 251), code: 'twitter_refused', ...permanent },

  { error: v1(403, 185, 'User is over daily status update limit.'), code: 'twitter_daily_limit', ...limited(3 * hour) },
  { error: problem(403, 'User is over daily status update limit.'), code: 'twitter_daily_limit', ...limited(3 * hour) },

  // The plain form in X's specification has only `code` and `message`.
  { error: { status: 403, code: 187, message: 'Status is a duplicate.' }, code: 'twitter_duplicate', ...permanent },
  { error: { status: 403, code: 453, message: subset }, code: 'twitter_client', ...configuration },
  { error: { status: 500, code: 131, message: 'Internal error' }, code: 'twitter_internal', ...unknown },

  // The number alone is enough, and so are the words.
  { error: v1(403, 187), code: 'twitter_duplicate', ...permanent },
  { error: v1(403, 64), code: 'twitter_suspended', ...rest },
  { error: v1(403, 326), code: 'twitter_locked', ...rest },
  { error: v1(403, 226), code: 'twitter_automated', ...rest },
  { error: problem(403, 'This request looks like it might be automated.'), code: 'twitter_automated', ...rest },
  { error: v1(403, 433), code: 'twitter_reply', ...permanent },
  { error: v1(403, 185), code: 'twitter_daily_limit', ...limited(3 * hour) },
  { error: v1(400, 131), code: 'twitter_internal', ...unknown },
  { error: problem(403, 'Timestamp out of bounds.'), code: 'twitter_clock', ...configuration },

  // Failures of X. Only 503 and 130 say that nothing was done.
  { error: problem(503, 'Service Unavailable', 'Service Unavailable'), code: 'twitter_unavailable', ...transient },
  { error: v1(503, 130, 'Over capacity'), code: 'twitter_unavailable', ...transient },
  { error: v1(500, 130, 'Over capacity'), code: 'twitter_unavailable', ...transient },
  { error: v1(500, 131, 'Internal error'), code: 'twitter_internal', ...unknown },
  ...[500, 502, 504, 520].map((status): Case => ({ error: problem(status, 'Sorry', 'Error'), code: 'twitter_internal', ...unknown })),
  { error: problem(500, 'The media service did not reply to a mention.', 'Error'), code: 'twitter_internal', ...unknown },
];
