import type { ErrorKind } from '@sitemessage/core';

/** Errors of VK, and the error that they must become. */
interface Row {
  readonly codes: readonly number[];
  readonly kind: ErrorKind;
  readonly recipientGone?: boolean;
  readonly scope?: 'dispatch' | 'address' | 'messenger';
  readonly retryAfterMs?: number;
  readonly message?: string;
  readonly subcode?: number;
  /** The method that met the error. Default: both, with the same result. */
  readonly method?: 'wall.post' | 'messages.send';
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** The errors of VK's methods, in groups. */
const rows: readonly Row[] = [
  { codes: [6], kind: 'transient', scope: 'messenger', retryAfterMs: 1_000 },
  { codes: [9], kind: 'transient', scope: 'dispatch', retryAfterMs: 10 * minuteMs },
  { codes: [29, 601, 103], kind: 'transient', scope: 'messenger', retryAfterMs: dayMs },
  { codes: [1, 10, 13, 32, 36, 43], kind: 'transient', scope: 'dispatch' },
  { codes: [14, 3300], kind: 'configuration' },
  {
    codes: [
      ...[5, 1117, 27, 28, 17, 37, 2, 3, 4, 8, 11, 16, 20, 21, 23, 25, 34, 35, 38, 41, 42, 101],
      ...[3301, 3302, 3303, 3304, 3305, 3609, 3610, 3611, 11_500],
    ],
    kind: 'configuration',
  },
  { codes: [15], subcode: 1133, kind: 'configuration' },
  { codes: [15], subcode: 1134, kind: 'configuration' },
  { codes: [15], message: 'Access denied: group messages are disabled', kind: 'configuration' },
  { codes: [15], message: 'Access denied: no access to call this method', kind: 'configuration' },
  // The schema of VK names a subcode for both, but not its number.
  { codes: [8], subcode: 1_999, message: 'Invalid request: try again', kind: 'transient', scope: 'dispatch' },
  { codes: [15], subcode: 1_999, message: 'Access denied: please, try again later', kind: 'transient', scope: 'dispatch' },
  { codes: [8], subcode: 1_000, kind: 'configuration' },
  { codes: [7], method: 'wall.post', kind: 'configuration' },
  { codes: [7], method: 'messages.send', kind: 'permanent', recipientGone: false },
  { codes: [15, 30, 203], kind: 'permanent', recipientGone: false },
  { codes: [18, 39, 40, 104, 113, 125], kind: 'permanent', recipientGone: true },
  { codes: [900, 901, 902], kind: 'permanent', recipientGone: true },
  {
    codes: [912, 917, 922, 925, 927, 932, 935, 936, 939, 945, 946, 962, 983, 984, 985, 986, 987, 988, 1012],
    kind: 'permanent',
    recipientGone: false,
  },
  { codes: [214], message: 'Access to adding post denied', kind: 'permanent', recipientGone: false },
  {
    codes: [214],
    message: 'Access to adding post denied: you can only add 50 posts a day',
    kind: 'transient',
    scope: 'address',
    retryAfterMs: dayMs,
  },
  {
    codes: [214],
    message: 'Access to adding post denied: you can add 500 posts per day',
    kind: 'transient',
    scope: 'address',
    retryAfterMs: dayMs,
  },
  { codes: [219, 224], kind: 'transient', scope: 'address', retryAfterMs: 3 * hourMs },
  { codes: [220], kind: 'transient', scope: 'messenger', retryAfterMs: dayMs },
  { codes: [19, 24, 100, 222, 225, 910, 911, 913, 914, 921, 940, 943, 969, 3_102], kind: 'permanent', recipientGone: false },
  { codes: [944, 950], kind: 'permanent', recipientGone: false },
  // Numbers that no table has.
  { codes: [33, 99_999], kind: 'transient', scope: 'dispatch' },
];

export const addressFor = { 'wall.post': '-12345', 'messages.send': 'peer:12345' } as const;
export const methods = Object.keys(addressFor) as (keyof typeof addressFor)[];

/** One case for each code and method. */
export const cases = rows.flatMap((row) =>
  row.codes.flatMap((code) =>
    (row.method ? [row.method] : methods).map((method) => ({
      ...row,
      code,
      method,
      title: `${code}${row.subcode === undefined ? '' : `.${row.subcode}`} of ${method} (${row.message ?? 'in any words'})`,
    })),
  ),
);
