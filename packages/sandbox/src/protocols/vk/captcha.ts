import type { Parameters } from './parameters.ts';
import { Refusal } from './refusal.ts';

/** Which one VK shows: a picture (error 14), or a page that is to be opened (error 3300). */
export type CaptchaKind = 'image' | 'page';

/** Asks for a person until one has answered. */
export interface Captcha {
  demand(kind: CaptchaKind): void;
  lift(): void;
  /** Throws a Refusal unless none is asked for, or its answer comes along. */
  check(parameters: Parameters): void;
}

const sid = '170213456789';
/** What is written in the picture, and what the page gives. */
const answer = 'sandbox';

export function createCaptcha(host: () => string): Captcha {
  let kind: CaptchaKind | undefined;
  return {
    demand(wanted) {
      kind = wanted;
    },
    lift() {
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
