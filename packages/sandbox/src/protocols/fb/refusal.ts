import { check, invalidOption } from '@sitemessage/core';
import type { Fault } from '@sitemessage/core/testing';
import { checkArguments, checkStatus } from '../../arguments.ts';
import { contractFault, type HttpFault, type HttpReply } from '../../http/faults.ts';
import { pages } from './identities.ts';

/** An error of the Graph API: https://developers.facebook.com/docs/graph-api/guides/error-handling. */
export interface FbError {
  readonly code: number;
  /** Default: a text with the code. */
  readonly message?: string;
  /** Default `OAuthException`. */
  readonly type?: string;
  readonly error_subcode?: number;
  readonly error_user_title?: string;
  readonly error_user_msg?: string;
  readonly is_transient?: boolean;
}

/** The rest of a reply with an error. */
export interface FbErrorReply {
  /**
   * The status of HTTP, from 200 to 599. Default: 500 for the codes 1 and 2, 403 for a permission or a
   * quota, 401 for a token, 400 for the rest.
   */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The error that the emulator throws where the Graph API refuses a request. */
export class Refusal extends Error {
  readonly error: FbError;
  readonly reply: FbErrorReply;

  constructor(error: FbError, reply: FbErrorReply = {}) {
    super(error.message);
    this.error = error;
    this.reply = reply;
  }
}

export const badParameter = (problem: string, more: Partial<FbError> = {}): Refusal =>
  new Refusal({ code: 100, message: `(#100) ${problem}`, ...more });

/** Returns the error for too many posts on a page, with the minutes to wait in a header. */
export const tooManyCalls = (waitMs: number): Refusal =>
  new Refusal(
    { code: 80_001, message: '(#80001) There have been too many calls to this Page account' },
    { headers: usageHeaders(100, { regainMinutes: Math.ceil(waitMs / 60_000) }) },
  );

/** @throws ArgumentError for a `code` or a `status` that is wrong. */
export function refusalReply(error: FbError, { status = statusOf(error.code), headers }: FbErrorReply = {}): HttpReply {
  if (!Number.isInteger(error.code)) throw invalidOption('code', 'must be an integer', 'the error');
  const problem = checkStatus(status);
  if (problem !== undefined) throw invalidOption('status', problem, 'the error');
  const body = { error: { message: `(#${error.code}) Error`, type: 'OAuthException', ...error, fbtrace_id: 'AsandboxTraceId' } };
  return { status, ...(headers && { headers }), body };
}

function statusOf(code: number): number {
  if (code === 1 || code === 2) return 500;
  if (code === 190 || code === 102) return 401;
  return [4, 10, 17, 32, 341, 613, 80_001].includes(code) || (code >= 200 && code <= 299) ? 403 : 400;
}

/** The header that reports the usage: `x-app-usage`, `x-page-usage` or `x-business-use-case-usage`. */
export type FbUsageKind = 'app' | 'page' | 'business';

export interface FbUsage {
  /** Default `business`, the kind that a page's token has. */
  readonly of?: FbUsageKind;
  /** The minutes until calls are accepted again. Only `business` reports them. Default 0. */
  readonly regainMinutes?: number;
}

/**
 * Returns the header that reports how much is used up, in percent:
 * https://developers.facebook.com/docs/graph-api/overview/rate-limiting#headers.
 *
 * @throws ArgumentError for a wrong field of `usage`.
 */
export function usageHeaders(percent: number, usage: FbUsage = {}): Readonly<Record<string, string>> {
  checkArguments(usage, { of: check.oneOf(['app', 'page', 'business']), regainMinutes: check.integer(0) }, 'usage');
  const { of = 'business', regainMinutes = 0 } = usage;
  const counts = { call_count: percent, total_cputime: 0, total_time: 0 };
  if (of === 'app') return { 'x-app-usage': JSON.stringify(counts) };
  if (of === 'page') return { 'x-page-usage': JSON.stringify(counts) };
  const business = { type: 'pages', ...counts, estimated_time_to_regain_access: regainMinutes };
  return { 'x-business-use-case-usage': JSON.stringify({ [pages.own]: [business] }) };
}

/** Returns the fault for one of the messenger contract, in Facebook's words. */
export const faultFor = (fault: Fault): HttpFault => contractFault(fault, replyFor);

function replyFor({ kind, scope = 'dispatch', retryAfterMs = 0 }: Fault): HttpReply {
  if (kind === 'permanent') return refusalReply({ code: 100, message: '(#100) Invalid parameter' });
  if (kind === 'configuration') return refusalReply({ code: 190, error_subcode: 463, message: 'Session has expired' });
  if (scope === 'dispatch') {
    return refusalReply({ code: 2, is_transient: true, message: 'An unexpected error has occurred. Please retry.' });
  }
  const { error, reply } = tooManyCalls(retryAfterMs);
  return refusalReply(error, reply);
}
