import { ConfigurationError } from '@sitemessage/core';

/** What VK says of a captcha: https://dev.vk.com/en/api/captcha-error. */
export interface Captcha {
  readonly sid?: string | undefined;
  readonly img?: string | undefined;
  readonly redirectUri?: string | undefined;
}

/** VK wants a person to prove that it is one (errors 14 and 3300). Until then it refuses whatever this token asks for. */
export class VkCaptchaError extends ConfigurationError {
  override readonly name: string = 'VkCaptchaError';
  /** `captcha_sid`: names the picture. */
  declare readonly captchaSid?: string;
  /** `captcha_img`: the URL of the picture. */
  declare readonly captchaImg?: string;
  /** `redirect_uri`: the page on which the captcha is to be solved, in place of a picture. */
  declare readonly redirectUri?: string;

  constructor(message: string, code: string, { sid, img, redirectUri }: Captcha) {
    const where = redirectUri ?? img;
    // Also in the words: of an error that core stores, those are what is left.
    super(where === undefined ? message : `${message} (${where})`, { code });
    if (sid !== undefined) this.captchaSid = sid;
    if (img !== undefined) this.captchaImg = img;
    if (redirectUri !== undefined) this.redirectUri = redirectUri;
  }
}
