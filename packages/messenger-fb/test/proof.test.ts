import { createHmac } from 'node:crypto';
import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { appSecretProof } from '../src/graph.ts';
import { fb } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('fb');
const proofs = () => running.sandbox.inbox.all().map(({ raw }) => new URLSearchParams(raw).get('appsecret_proof'));

describe('the proof of the secret', () => {
  it('is HMAC-SHA-256 of the token by the secret, in hex', () => {
    // The test vector of RFC 4231, 4.3.
    expect(appSecretProof('what do ya want for nothing?', 'Jefe')).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  });

  it('is sent with a secret, and accepted when Facebook demands it', async () => {
    const { options, credentials, requireProof } = running.sandbox.fb;
    const { appSecret } = credentials;
    requireProof();
    await sendOne(fb({ ...options, appSecret }));
    expect(proofs()).toEqual([createHmac('sha256', appSecret).update(options.pageAccessToken).digest('hex')]);
  });

  it('is not sent without a secret, and Facebook refuses when it demands one', async () => {
    const { options, requireProof } = running.sandbox.fb;
    await sendOne(fb(options));
    expect(proofs()).toEqual([null]);
    requireProof();
    expect(await rejection(sendOne(fb(options)))).toMatchObject({ kind: 'configuration', code: 'fb_100' });
  });

  it('of a wrong secret is refused, also when it is not demanded', async () => {
    const wrong = fb({ ...running.sandbox.fb.options, appSecret: 'another-secret' });
    expect(await rejection(sendOne(wrong))).toMatchObject({
      kind: 'configuration',
      code: 'fb_100',
      message: expect.stringContaining('Invalid appsecret_proof'),
    });
    expect(running.sandbox.inbox.all()).toEqual([]);
  });
});
