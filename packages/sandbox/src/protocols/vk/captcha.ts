import { ArgumentError, check } from '@sitemessage/core';
import type { Parameters } from './parameters.ts';
import { Refusal } from './refusal.ts';

/** The kind of a captcha: a picture (error 14), or a page to open (error 3300). */
export type CaptchaKind = 'image' | 'page';

/** The captcha of an emulator. */
export interface Captcha {
  /**
   * Requires a captcha until its answer comes.
   *
   * @throws ArgumentError for an unknown kind.
   */
  require(kind: CaptchaKind): void;
  remove(): void;
  /** @throws Refusal while a captcha is required and its answer is missing or wrong. */
  check(parameters: Parameters): void;
}

const sid = '170213456789';
/** The right answer to both kinds. */
const answer = 'sandbox';
const checkKind = check.oneOf(['image', 'page']);

/** `host` returns the address of the emulator. */
export function createCaptcha(host: () => string): Captcha {
  let kind: CaptchaKind | undefined;
  return {
    require(wanted) {
      const problem = checkKind(wanted);
      if (problem !== undefined) throw new ArgumentError(`The argument of \`captcha\` ${problem}.`, { field: 'captcha' });
      kind = wanted;
    },
    remove() {
      kind = undefined;
    },
    check({ captcha_sid, captcha_key, success_token }) {
      if (kind === undefined) return;
      const isSolved = kind === 'image' ? captcha_sid === sid && captcha_key === answer : success_token === answer;
      if (!isSolved && kind === 'image') {
        throw new Refusal(14, 'Captcha needed', { captcha_sid: sid, captcha_img: `${host()}/captcha.php?sid=${sid}&s=1` });
      }
      if (!isSolved) throw new Refusal(3300, 'Captcha needed', { redirect_uri: `${host()}/not_robot_captcha?session_token=sandbox` });
      kind = undefined;
    },
  };
}
