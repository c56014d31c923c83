import type { HttpReply } from '../../http/faults.ts';

/** What the Bot API says instead of a result: https://core.telegram.org/bots/api#making-requests. */
export interface TelegramError {
  readonly error_code: number;
  readonly description: string;
  readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number };
}

/** Thrown inside of the emulator where the Bot API refuses. */
export class Refusal extends Error {
  readonly error: TelegramError;

  constructor(error_code: number, description: string) {
    super(description);
    this.error = { error_code, description };
  }
}

/** The status is the code, and a 429 has its wait in a header too. */
export function refusalReply(error: TelegramError): HttpReply {
  const wait = error.parameters?.retry_after;
  return {
    status: error.error_code,
    ...(wait !== undefined && { headers: { 'retry-after': String(wait) } }),
    body: { ok: false, ...error },
  };
}

export const badRequest = (problem: string): Refusal => new Refusal(400, `Bad Request: ${problem}`);
