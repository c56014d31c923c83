import { findSecret } from '@sitemessage/core/testing';
import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { VkCaptchaError, vk } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('vk');
const messenger = () => vk(running.sandbox.vk.options);

describe('a captcha', () => {
  it('with a picture shows its data', async () => {
    running.sandbox.vk.captcha('image');
    const error = await rejection(sendOne(messenger()));
    expect(error).toBeInstanceOf(VkCaptchaError);
    expect(error).toMatchObject({
      name: 'VkCaptchaError',
      kind: 'configuration',
      code: 'vk_14',
      captchaSid: '170213456789',
      captchaImg: expect.stringMatching(/captcha\.php\?sid=170213456789&s=1$/),
    });
    expect(error).not.toHaveProperty('redirectUri');
    expect(error.message).toBe(`VK answered 14: Captcha needed (${error.captchaImg})`);
  });

  it('with a page shows its URL', async () => {
    running.sandbox.vk.captcha('page');
    const error = await rejection(sendOne(messenger(), 'peer:12345'));
    expect(error).toMatchObject({ kind: 'configuration', code: 'vk_3300', redirectUri: expect.stringContaining('/not_robot_captcha?') });
    expect(error.message).toBe(`VK answered 3300: Captcha needed (${error.redirectUri})`);
    expect(error).not.toHaveProperty('captchaSid');
    expect(error).not.toHaveProperty('captchaImg');
  });

  it('that was solved no longer stops a send', async () => {
    const lift = running.sandbox.vk.captcha();
    await rejection(sendOne(messenger()));
    lift();
    await sendOne(messenger());
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('does not show a token that VK repeats', async () => {
    const { accessToken } = running.sandbox.vk.options;
    const echo = `https://vk.example/?token=${accessToken}`;
    running.sandbox.vk.refuse({ error_code: 14, error_msg: echo, captcha_sid: accessToken, captcha_img: echo, redirect_uri: echo });
    const error = await rejection(sendOne(messenger()));
    expect(error).toMatchObject({ captchaSid: '[redacted]', redirectUri: 'https://vk.example/?token=[redacted]' });
    expect(findSecret(error, [accessToken])).toBeUndefined();
  });
});
