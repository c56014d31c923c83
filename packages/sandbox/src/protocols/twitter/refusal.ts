import { invalidOption } from '@sitemessage/core';
import type { Fault } from '@sitemessage/core/testing';
import { checkStatus } from '../../arguments.ts';
import { contractFault, type HttpFault, type HttpReply } from '../../http/faults.ts';

/**
 * An error of X: a problem of v2 (`title`, `detail`, `type`), numbered errors of v1 (`errors`), an error of
 * its specification (`code` and `message`), or an error of OAuth 2.0 (`error`).
 * https://docs.x.com/x-api/fundamentals/response-codes-and-errors
 */
export interface TwitterError {
  /** The status of HTTP, from 200 to 599. */
  readonly status: number;
  readonly title?: string;
  readonly detail?: string;
  readonly type?: string;
  readonly errors?: readonly { readonly code?: number; readonly message: string; readonly parameters?: unknown }[];
  readonly code?: number;
  readonly message?: string;
  readonly error?: string;
  readonly error_description?: string;
  /** Headers of the reply, such as `x-rate-limit-reset`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The error that the emulator throws where X refuses a request. */
export class Refusal extends Error {
  readonly error: TwitterError;

  constructor(error: TwitterError) {
    super(error.detail);
    this.error = error;
  }
}

/**
 * Returns the reply for an error. A problem of v2 repeats its status. An error without `title` and `detail`
 * has one of the other forms.
 *
 * @throws ArgumentError for a `status` that is not from 200 to 599.
 */
export function refusalReply({ headers, ...error }: TwitterError): HttpReply {
  const { status, ...rest } = error;
  const problem = checkStatus(status);
  if (problem !== undefined) throw invalidOption('status', problem, 'the error');
  const isProblem = error.title !== undefined || error.detail !== undefined;
  return { status, ...(headers && { headers }), body: isProblem ? { title: 'Forbidden', type: 'about:blank', ...error } : rest };
}

export const unauthorized = (): Refusal => new Refusal({ status: 401, title: 'Unauthorized', type: 'about:blank', detail: 'Unauthorized' });

export const forbidden = (detail: string): Refusal => new Refusal({ status: 403, title: 'Forbidden', type: 'about:blank', detail });

export function invalid(message: string, parameters: Readonly<Record<string, unknown>> = {}): Refusal {
  return new Refusal({
    status: 400,
    errors: [{ parameters, message }],
    title: 'Invalid Request',
    detail: 'One or more parameters to your request was invalid.',
    type: 'https://api.x.com/2/problems/invalid-request',
  });
}

/** `headers` say when the limit resets. */
export const tooManyRequests = (headers: Readonly<Record<string, string>>): Refusal =>
  new Refusal({ status: 429, title: 'Too Many Requests', type: 'about:blank', detail: 'Too Many Requests', headers });

/** Returns the fault for one of the messenger contract, in X's words. `now` is in milliseconds since 1970. */
export const faultFor = (fault: Fault, now: number): HttpFault => contractFault(fault, (one) => refusalReply(errorFor(one, now)));

function errorFor({ kind, scope = 'dispatch', retryAfterMs = 60_000 }: Fault, now: number): TwitterError {
  if (kind === 'permanent') return invalid('text: is not what it should be').error;
  // A 403: a messenger would refresh its tokens after a 401.
  if (kind === 'configuration') {
    return forbidden('Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.').error;
  }
  if (scope === 'dispatch') return { status: 503, title: 'Service Unavailable', type: 'about:blank', detail: 'Service Unavailable' };
  const reset = String(Math.ceil((now + retryAfterMs) / 1_000));
  return tooManyRequests({ 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset }).error;
}
