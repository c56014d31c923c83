import type { HttpReply } from '../../http/faults.ts';

/** What VK says instead of a result: https://dev.vk.com/en/reference/errors. `request_params` are added: what was asked, the token too. */
export interface VkError {
  readonly error_code: number;
  readonly error_subcode?: number;
  /** Default: some words with the code in them. */
  readonly error_msg?: string;
  /** Of a captcha: its picture, or the page on which it is to be solved. */
  readonly captcha_sid?: string;
  readonly captcha_img?: string;
  readonly redirect_uri?: string;
  readonly confirmation_text?: string;
}

/** Thrown inside of the emulator where VK refuses. */
export class Refusal extends Error {
  readonly error: VkError;

  constructor(error_code: number, error_msg: string, more: Partial<VkError> = {}) {
    super(error_msg);
    this.error = { error_code, error_msg, ...more };
  }
}

/** Always with status 200, and with everything that was asked. VK repeats the access token too: whoever logs the reply has lost it. */
export function refusalReply(error: VkError, asked: Readonly<Record<string, string>>): HttpReply {
  const request_params = Object.entries(asked).map(([key, value]) => ({ key, value }));
  return { status: 200, body: { error: { error_msg: `Error ${error.error_code}`, ...error, request_params } } };
}

export const badParameter = (problem: string): Refusal =>
  new Refusal(100, `One of the parameters specified was missing or invalid: ${problem}`);
