import type { HttpReply } from '../../http/faults.ts';

/** What the Graph API says instead of a result: https://developers.facebook.com/docs/graph-api/guides/error-handling. */
export interface FbError {
  readonly code: number;
  /** Default: some words with the code in them. */
  readonly message?: string;
  /** Default `OAuthException`. */
  readonly type?: string;
  readonly error_subcode?: number;
  readonly error_user_title?: string;
  readonly error_user_msg?: string;
  readonly is_transient?: boolean;
}

/** What comes along with an error. */
export interface FbErrorReply {
  /** Of HTTP. Default: 500 for the codes 1 and 2, 403 for a permission or a quota, 401 for a token, 400 for the rest. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown inside of the emulator where the Graph API refuses. */
export class Refusal extends Error {
  readonly error: FbError;
  readonly reply: FbErrorReply;

  constructor(error: FbError, reply: FbErrorReply = {}) {
    super(error.message);
    this.error = error;
    this.reply = reply;
  }
}

/** TypeError for an error without a code. */
export function refusalReply(error: FbError, { status = statusOf(error.code), headers }: FbErrorReply = {}): HttpReply {
  if (!Number.isInteger(error.code)) throw new TypeError('`code` of the error must be an integer.');
  const body = { error: { message: `(#${error.code}) Error`, type: 'OAuthException', ...error, fbtrace_id: 'AsandboxTraceId' } };
  return { status, ...(headers && { headers }), body };
}

function statusOf(code: number): number {
  if (code === 1 || code === 2) return 500;
  if (code === 190 || code === 102) return 401;
  return [4, 10, 17, 32, 341, 613, 80_001].includes(code) || (code >= 200 && code <= 299) ? 403 : 400;
}

export const badParameter = (problem: string, more: Partial<FbError> = {}): Refusal =>
  new Refusal({ code: 100, message: `(#100) ${problem}`, ...more });
