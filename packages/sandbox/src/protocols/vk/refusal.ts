import type { HttpReply } from '../../http/faults.ts';

/**
 * An error of VK: https://dev.vk.com/en/reference/errors. The emulator adds `request_params`, all
 * parameters of the request with the access token.
 */
export interface VkError {
  readonly error_code: number;
  readonly error_subcode?: number;
  /** Default: a text with the code. */
  readonly error_msg?: string;
  /** The id of a captcha. */
  readonly captcha_sid?: string;
  /** The address of a captcha's picture. */
  readonly captcha_img?: string;
  /** The address of a page with a captcha. */
  readonly redirect_uri?: string;
  readonly confirmation_text?: string;
}

/** The error that the emulator throws where VK refuses a request. */
export class Refusal extends Error {
  readonly error: VkError;

  constructor(error_code: number, error_msg: string, more: Partial<VkError> = {}) {
    super(error_msg);
    this.error = { error_code, error_msg, ...more };
  }
}

export const badParameter = (problem: string): Refusal =>
  new Refusal(100, `One of the parameters specified was missing or invalid: ${problem}`);

/**
 * Returns the reply for an error, with status 200 and all parameters of the request. Like VK, it repeats
 * the access token: a log of the reply leaks it.
 */
export function refusalReply(error: VkError, parameters: Readonly<Record<string, string>>): HttpReply {
  const request_params = Object.entries(parameters).map(([key, value]) => ({ key, value }));
  return { status: 200, body: { error: { error_msg: `Error ${error.error_code}`, ...error, request_params } } };
}
