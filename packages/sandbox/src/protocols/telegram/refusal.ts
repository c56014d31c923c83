import { invalidOption } from '@sitemessage/core';
import type { Fault } from '@sitemessage/core/testing';
import { checkStatus } from '../../arguments.ts';
import { contractFault, type HttpFault, type HttpReply } from '../../http/faults.ts';

/** An error of the Bot API: https://core.telegram.org/bots/api#making-requests. */
export interface TelegramError {
  /** The code, which is also the status of HTTP, from 200 to 599. */
  readonly error_code: number;
  readonly description: string;
  /** `retry_after` is in seconds. */
  readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number };
}

/** The error that the emulator throws where the Bot API refuses a request. */
export class Refusal extends Error {
  readonly error: TelegramError;

  constructor(error_code: number, description: string) {
    super(description);
    this.error = { error_code, description };
  }
}

export const badRequest = (problem: string): Refusal => new Refusal(400, `Bad Request: ${problem}`);

/**
 * Returns the reply for an error. `retry_after` is also in the header, as at Telegram.
 *
 * @throws ArgumentError for an `error_code` that is no status.
 */
export function refusalReply(error: TelegramError): HttpReply {
  const problem = checkStatus(error.error_code);
  if (problem !== undefined) throw invalidOption('error_code', problem, 'the error');
  const wait = error.parameters?.retry_after;
  return {
    status: error.error_code,
    ...(wait !== undefined && { headers: { 'retry-after': String(wait) } }),
    body: { ok: false, ...error },
  };
}

/** Returns the error for too many requests. The wait is rounded up to seconds. */
export function tooManyRequests(waitMs: number): TelegramError {
  const retry_after = Math.ceil(waitMs / 1_000);
  return { error_code: 429, description: `Too Many Requests: retry after ${retry_after}`, parameters: { retry_after } };
}

/** Returns the fault for one of the messenger contract, in Telegram's words. */
export const faultFor = (fault: Fault): HttpFault => contractFault(fault, (one) => refusalReply(errorFor(one)));

function errorFor({ kind, scope = 'dispatch', retryAfterMs = 1_000 }: Fault): TelegramError {
  if (kind === 'permanent') return { error_code: 403, description: 'Forbidden: bot was blocked by the user' };
  if (kind === 'configuration') return { error_code: 401, description: 'Unauthorized' };
  if (scope === 'dispatch') return { error_code: 500, description: 'Internal Server Error: restart' };
  return tooManyRequests(retryAfterMs);
}
