import { ConfigurationError, PermanentError, TransientError } from '@sitemessage/core';
import { VkCaptchaError } from './captcha-error.ts';

/** The methods that are called. */
export type Method = 'wall.post' | 'messages.send';

/**
 * What VK says instead of a result: https://dev.vk.com/en/reference/errors. Without `request_params`, which repeat all that was asked, at
 * times the token too.
 */
export interface Refusal {
  readonly code: number;
  readonly subcode?: number | undefined;
  /** Cut to a length that can be shown. */
  readonly message: string;
  readonly captchaSid?: string | undefined;
  readonly captchaImg?: string | undefined;
  readonly redirectUri?: string | undefined;
}

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** VK is busy or broken. What it may have done all the same it does not do twice: `guid` and `random_id`. */
const busy: readonly number[] = [1, 10, 13, 32, 36, 43];
/** The quota of a day is used up; of what day, VK does not say. */
const exhausted: readonly number[] = [29, 103, 220, 601];
const captcha: readonly number[] = [14, 3300];
/** The token, the app or the account: nothing goes through before a person has done something. */
const misconfigured: readonly number[] = [
  2, 3, 4, 5, 8, 11, 16, 17, 20, 21, 23, 25, 27, 28, 34, 35, 37, 38, 41, 42, 101, 1117, 3301, 3302, 3303, 3304, 3305, 3609, 3610, 3611,
  11500,
];
/** Of 15: the token may not call this method, whoever the recipient is. */
const deniedMethods: readonly unknown[] = [1133, 1134];
/** Of 15: the same without a subcode, and a community that has switched its messages off. */
const deniedToAll = /no access to call this method|group messages are disabled/i;
/** Of 8 and 15. The schema of VK names a subcode for it (`error_request_try_again`, `error_access_try_again`), and gives no number. */
const tryAgain = /try again/i;
/** The recipient is gone, or wants nothing from this sender. */
const gone: readonly number[] = [18, 39, 40, 104, 113, 125, 900, 901, 902];
/** This recipient cannot be written to, or not in this way. */
const refused: readonly number[] = [
  15, 30, 203, 912, 917, 922, 925, 927, 932, 935, 936, 939, 944, 945, 946, 950, 962, 983, 984, 985, 986, 987, 988, 1012,
];
/** VK takes this message for no recipient; 24: not before a person has confirmed this very one. */
const unsendable: readonly number[] = [19, 24, 100, 222, 225, 910, 911, 913, 914, 921, 940, 943, 969, 3102];
/** An advertisement stands on the wall, and has to stand there for a while. */
const advertised: readonly number[] = [219, 224];
/** Of 214, in the words that VK has for it. */
const dailyPosts = /you can (only )?add \S+ posts? (a|per) day/i;

/** The error that says what to do next. Without a secret: `refusal` holds none. */
export function errorFor(refusal: Refusal, method: Method): Error {
  const { code: number, subcode } = refusal;
  const message = `VK answered ${number}${subcode === undefined ? '' : `.${subcode}`}: ${refusal.message}`;
  const code = `vk_${number}`;
  if (captcha.includes(number)) {
    const { captchaSid: sid, captchaImg: img, redirectUri } = refusal;
    return new VkCaptchaError(message, code, { sid, img, redirectUri });
  }
  if (number === 6) return new TransientError(message, { code, scope: 'messenger', retryAfterMs: secondMs });
  // For sending the same too often. It uses attempts up, or one message would come back for ever.
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
  // The right is missing, and every wall will say so. VK also says it of a single peer that cannot be written to.
  if (number === 7 && method === 'wall.post') return new ConfigurationError(message, { code });
  if (gone.includes(number)) return new PermanentError(message, { code, recipientGone: true });
  if (number === 7 || number === 214 || refused.includes(number) || unsendable.includes(number))
    return new PermanentError(message, { code });
  // An unknown number may pass, and the attempts are counted.
  return new TransientError(message, { code });
}
