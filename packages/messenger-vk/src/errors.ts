import { ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';

/** The methods that this package calls. */
export type Method = 'wall.post' | 'messages.send';

/**
 * An error reply of VK: https://dev.vk.com/en/reference/errors. It leaves out `request_params`, which repeat
 * the request, sometimes with the token.
 */
export interface Refusal {
  readonly code: number;
  readonly subcode?: number | undefined;
  /** The words of VK, without secrets, cut to 300 characters. */
  readonly message: string;
  readonly captchaSid?: string | undefined;
  readonly captchaImg?: string | undefined;
  readonly redirectUri?: string | undefined;
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** VK is busy or broken. If it did the work anyway, `guid` and `random_id` prevent a repeat. */
const busy: readonly number[] = [1, 10, 13, 32, 36, 43];
/** A daily quota is used up. VK does not say when its day begins. */
const exhausted: readonly number[] = [29, 103, 220, 601];
const captcha: readonly number[] = [14, 3300];
/** A problem of the token, the app or the account. A person must solve it first. */
const misconfigured: readonly number[] = [
  2, 3, 4, 5, 8, 11, 16, 17, 20, 21, 23, 25, 27, 28, 34, 35, 37, 38, 41, 42, 101, 1117, 3301, 3302, 3303, 3304, 3305, 3609, 3610, 3611,
  11500,
];
/** Subcodes of 15: the token may not call this method for any recipient. */
const deniedMethods: readonly unknown[] = [1133, 1134];
/** Words of 15 with the same meaning, and those for a community that has switched off its messages. */
const deniedToAll = /no access to call this method|group messages are disabled/i;
/**
 * Words of 8 and 15 for a temporary failure. The schema of VK names subcodes for it
 * (`error_request_try_again`, `error_access_try_again`), but not their numbers.
 */
const tryAgain = /try again/i;
/** The recipient is gone, or refuses messages from this sender. */
const gone: readonly number[] = [18, 39, 40, 104, 113, 125, 900, 901, 902];
/** This recipient cannot get the message, or not in this way. */
const refused: readonly number[] = [
  15, 30, 203, 912, 917, 922, 925, 927, 932, 935, 936, 939, 944, 945, 946, 950, 962, 983, 984, 985, 986, 987, 988, 1012,
];
/** VK refuses this message for every recipient. With 24, a person would have to confirm it. */
const unsendable: readonly number[] = [19, 24, 100, 222, 225, 910, 911, 913, 914, 921, 940, 943, 969, 3102];
/** The last post on the wall is an advertisement, which VK protects for a while. */
const advertised: readonly number[] = [219, 224];
/** Words of 214 for the daily limit of posts. */
const dailyPosts = /you can (only )?add \S+ posts? (a|per) day/i;

/** Returns the error for a refusal. */
export function errorFor(refusal: Refusal, method: Method): Error {
  const { code: number, subcode } = refusal;
  const message = `VK answered ${number}${subcode === undefined ? '' : `.${subcode}`}: ${refusal.message}`;
  const code = `vk_${number}`;
  if (captcha.includes(number)) {
    const { captchaSid: sid, captchaImg: img, redirectUri } = refusal;
    return new VkCaptchaError(message, code, { sid, img, redirectUri });
  }
  if (number === 6) return new TransientError(message, { code, scope: 'messenger', retryAfterMs: secondMs });
  // Flood control, for too many equal messages. It uses attempts, because the same message could be refused
  // forever.
  if (number === 9) return new TransientError(message, { code, retryAfterMs: 10 * minuteMs });
  if (exhausted.includes(number)) return new TransientError(message, { code, scope: 'messenger', retryAfterMs: dayMs });
  if (number === 214 && dailyPosts.test(refusal.message)) {
    return new TransientError(message, { code, scope: 'address', retryAfterMs: dayMs });
  }
  if (advertised.includes(number)) return new TransientError(message, { code, scope: 'address', retryAfterMs: 3 * hourMs });
  if (busy.includes(number)) return new TransientError(message, { code });
  if ((number === 8 || number === 15) && tryAgain.test(refusal.message)) return new TransientError(message, { code });
  const isDenied = number === 15 && (deniedMethods.includes(subcode) || deniedToAll.test(refusal.message));
  if (misconfigured.includes(number) || isDenied) return new ConfigurationError(message, { code });
  // On a wall, a right is missing, so every wall would refuse. For a peer, only this peer may refuse.
  if (number === 7 && method === 'wall.post') return new ConfigurationError(message, { code });
  if (gone.includes(number)) return new PermanentError(message, { code, recipientGone: true });
  if (number === 7 || number === 214 || refused.includes(number) || unsendable.includes(number))
    return new PermanentError(message, { code });
  // An unknown number may be temporary. It uses attempts.
  return new TransientError(message, { code });
}

/** The data of a captcha: https://dev.vk.com/en/api/captcha-error. */
export interface Captcha {
  readonly sid?: string | undefined;
  readonly img?: string | undefined;
  readonly redirectUri?: string | undefined;
}

/**
 * VK wants a person to solve a captcha (errors 14 and 3300). Until then it refuses all requests with this
 * token.
 */
export class VkCaptchaError extends ConfigurationError {
  override readonly name: string = 'VkCaptchaError';
  /** The id of the picture (`captcha_sid`). */
  declare readonly captchaSid?: string;
  /** The URL of the picture (`captcha_img`). */
  declare readonly captchaImg?: string;
  /** The URL of the page on which to solve the captcha, instead of a picture (`redirect_uri`). */
  declare readonly redirectUri?: string;

  constructor(message: string, code: string, { sid, img, redirectUri }: Captcha) {
    const where = redirectUri ?? img;
    // The message has the URL too, because core stores only the message of an error.
    super(where === undefined ? message : `${message} (${where})`, { code });
    if (sid !== undefined) this.captchaSid = sid;
    if (img !== undefined) this.captchaImg = img;
    if (redirectUri !== undefined) this.redirectUri = redirectUri;
  }
}

/** Statuses that have a meaning of their own: try later, or the message is too long. */
const telling: readonly number[] = [408, 413, 425, 429];

/**
 * Tells whether a status is not from VK, which answers with 200. A gateway with this status would refuse
 * every message.
 */
export const isGateway = (status: number): boolean => status >= 300 && status < 500 && !telling.includes(status);

/** Returns the error for a reply of a gateway. `words` is the text of the reply, without secrets. */
export const gatewayError = (status: number, words: string): ConfigurationError =>
  new ConfigurationError(withWords(`VK answered ${status}, but not with a reply of its API`, words), { code: 'vk_gateway' });

/**
 * Returns the error for a successful status with an unreadable reply. `words` is the text of the reply,
 * without secrets.
 */
export const unreadableError = (words: string): UnknownOutcomeError =>
  new UnknownOutcomeError(withWords('VK answered with neither a response nor an error', words), { code: 'vk_unreadable' });

const withWords = (message: string, words: string): string => (words === '' ? `${message}.` : `${message}: ${words}`);
