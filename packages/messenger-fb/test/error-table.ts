import type { FbError } from '@sitemessage/sandbox';

/** An error of Facebook, and the error that it must become. */
export interface Case {
  readonly error: FbError;
  /** The HTTP status. Default: that of the emulator. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly kind: 'transient' | 'permanent' | 'configuration' | 'unknown';
  readonly scope?: 'dispatch' | 'messenger';
  readonly retryAfterMs?: number;
}

const fiveMinutes = 300_000;
const business = (...usages: readonly object[]) => ({ 'x-business-use-case-usage': JSON.stringify({ 61550000000001: usages }) });
const regain = (minutes: number, type = 'pages') => ({ type, call_count: 100, estimated_time_to_regain_access: minutes });

const transient = { kind: 'transient', scope: 'dispatch' } as const;
const limited = { kind: 'transient', scope: 'messenger', retryAfterMs: fiveMinutes } as const;
const unknown = { kind: 'unknown' } as const;
const permanent = { kind: 'permanent' } as const;
const configuration = { kind: 'configuration' } as const;

const of = (codes: readonly number[], rest: Omit<Case, 'error'>): readonly Case[] => codes.map((code) => ({ error: { code }, ...rest }));

const rateCodes = [4, 17, 32, 341, 613, 80_001];
export const tokenSubcodes = [458, 459, 460, 463, 464, 467, 492];
export const permissionCodes = [10, 283, ...Array.from({ length: 100 }, (_, index) => 200 + index)];

export const cases: readonly Case[] = [
  // Facebook calls these transient itself. A rate limit still concerns the whole messenger.
  ...[1, 2, 3, 10, 100, 190, 200, 368, 506, 9_999, -3].map((code): Case => ({ error: { code, is_transient: true }, ...transient })),
  ...rateCodes.map((code): Case => ({ error: { code, is_transient: true }, ...limited })),
  // Facebook does not call this transient, so the code counts.
  { error: { code: 190, is_transient: false }, ...configuration },
  { error: { code: 4, is_transient: false }, ...limited },

  ...of([1, 2], unknown),
  ...of([1, 2], { status: 400, ...unknown }),
  ...of([9_999, -1], { status: 500, ...unknown }),
  ...of([9_999], { status: 503, ...unknown }),

  ...of(rateCodes, limited),
  ...rateCodes.map((code): Case => ({ error: { code }, headers: business(regain(7)), ...limited, retryAfterMs: 420_000 })),
  // The longest wait counts. Waits of other products do not count, and 0 means none.
  { error: { code: 80_001 }, headers: business(regain(3), regain(90), regain(5)), ...limited, retryAfterMs: 5_400_000 },
  { error: { code: 80_001 }, headers: business(regain(3), regain(90, 'ads_insights')), ...limited, retryAfterMs: 180_000 },
  { error: { code: 80_001 }, headers: business(regain(0)), ...limited },
  { error: { code: 80_001 }, headers: { 'x-business-use-case-usage': '{"61550000000001":' }, ...limited },
  { error: { code: 80_001 }, headers: { 'x-business-use-case-usage': '{"61550000000001":[null,7]}' }, ...limited },
  { error: { code: 9_999 }, status: 429, ...limited },

  ...of([368], { ...configuration, retryAfterMs: 3_600_000 }),
  ...of([506], permanent),

  ...of([1_609_005], permanent),
  { error: { code: 100, error_subcode: 1500, message: '(#100) The url you supplied is invalid' }, ...permanent },
  { error: { code: 100, message: '(#100) Invalid parameter' }, ...permanent },
  { error: { code: 100, error_subcode: 33, message: 'Unsupported post request. Object with ID does not exist' }, ...permanent },
  // In these two, the secret of the app is wrong, which only the words say.
  { error: { code: 100, message: 'Invalid appsecret_proof provided in the API argument' }, ...configuration },
  { error: { code: 100, message: 'API calls from the server require an appsecret_proof argument' }, ...configuration },
  { error: { code: 1, message: 'Error validating client secret.' }, status: 400, ...configuration },

  ...of([3, ...permissionCodes], configuration),
  ...of([199, 300], permanent),

  ...of([190, 102], configuration),
  ...tokenSubcodes.map((error_subcode): Case => ({ error: { code: 190, error_subcode }, ...configuration })),
  { error: { code: 102, error_subcode: 463 }, ...configuration },
  { error: { code: 190, error_subcode: 999 }, ...configuration },

  ...of([12, 2_500, 2_635, 101, 104], configuration),
  { error: { code: 5, message: '(#5) Unauthorized source IP address' }, ...configuration },
  ...of([0, 9_999, -1], permanent),
  // Some errors come with a successful status.
  { error: { code: 190 }, status: 200, ...configuration },
  { error: { code: 9_999 }, status: 200, ...permanent },
];
