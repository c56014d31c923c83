import type { HttpReply } from '../../http/faults.ts';

/**
 * What X says instead of a result: a problem of v2 (`title`, `detail`, `type`), numbered errors of v1 (`errors`), one error
 * of its specification (`code` and `message`), or an error of OAuth 2.0.
 * https://docs.x.com/x-api/fundamentals/response-codes-and-errors
 */
export interface TwitterError {
  /** Of HTTP. */
  readonly status: number;
  readonly title?: string;
  readonly detail?: string;
  readonly type?: string;
  readonly errors?: readonly { readonly code?: number; readonly message: string; readonly parameters?: unknown }[];
  readonly code?: number;
  readonly message?: string;
  readonly error?: string;
  readonly error_description?: string;
  /** Such as `x-rate-limit-reset`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown inside of the emulator where X refuses. */
export class Refusal extends Error {
  readonly error: TwitterError;

  constructor(error: TwitterError) {
    super(error.detail);
    this.error = error;
  }
}

/** A problem of v2 repeats its status; what has neither title nor detail of its own is one of the other forms. */
export function refusalReply({ headers, ...error }: TwitterError): HttpReply {
  const { status, ...rest } = error;
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
