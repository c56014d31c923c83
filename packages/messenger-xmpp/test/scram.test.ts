import { createHmac, pbkdf2Sync } from 'node:crypto';
import { rejection, sandboxed, sendTo } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { xmpp } from '../src/index.ts';
import { Scram } from '../src/scram.ts';

const running = sandboxed('xmpp');
const messenger = () => xmpp(running.sandbox.xmpp.options);

describe('SCRAM', () => {
  it.each(['d3Jvbmc=', '', '!'])('refuses a server that cannot show that it knows the password: v=%s', async (signature) => {
    running.sandbox.xmpp.fail({ at: 'auth', signature });
    const error = await rejection(messenger().open({ signal: new AbortController().signal }));
    expect(error).toMatchObject({ kind: 'configuration', code: 'xmpp_login_refused', message: expect.stringContaining('signature') });
    expect(running.sandbox.xmpp.clients()).toEqual([]);
  });

  it.each([1, 4_095, 1_000_001])('refuses a challenge of %d iterations', async (iterations) => {
    running.sandbox.xmpp.fail({ at: 'challenge', iterations });
    const error = await rejection(messenger().open({ signal: new AbortController().signal }));
    expect(error).toMatchObject({
      kind: 'configuration',
      code: 'xmpp_login_refused',
      message: expect.stringContaining(`${iterations} iterations`),
    });
    expect(running.sandbox.xmpp.logins()).toEqual([]);
  });

  it('takes the iterations that servers ask for', async () => {
    running.sandbox.xmpp.fail({ at: 'challenge', iterations: 10_000 });
    await sendTo(messenger(), 'ann@example.com');
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('takes the right signature in a separate challenge, with an empty response', async () => {
    const scram = new Scram();
    const credentials = { username: 'user', password: 'pencil' };
    const [, first = '', nonce = ''] = /^n,,(n=user,r=(.+))$/.exec(await scram.response(credentials)) ?? [];
    const challenge = `r=${nonce}3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096`;
    scram.challenge(challenge);
    const [last] = (await scram.response(credentials)).split(',p=');
    const salted = pbkdf2Sync('pencil', Buffer.from('QSXCR+Q6sek8bf92', 'base64'), 4_096, 20, 'sha1');
    const key = createHmac('sha1', salted).update('Server Key').digest();
    scram.challenge(`v=${createHmac('sha1', key).update(`${first},${challenge},${last}`).digest('base64')}`);
    expect(await scram.response(credentials)).toBe('');
    expect(() => scram.finish('')).not.toThrow();
  });

  it('checks a signature in a separate challenge', async () => {
    const scram = new Scram();
    const credentials = { username: 'user', password: 'pencil' };
    const [, nonce = ''] = /r=(.+)$/.exec(await scram.response(credentials)) ?? [];
    scram.challenge(`r=${nonce}3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096`);
    await scram.response(credentials);
    scram.challenge('e=invalid-proof');
    await expect(scram.response(credentials)).rejects.toThrow('invalid-proof');
    scram.challenge('v=d3Jvbmc=');
    await expect(scram.response(credentials)).rejects.toThrow('signature');
    expect(() => scram.finish('')).toThrow('signature');
  });

  it.each(['hello', 'r=another,s=QSXCR+Q6sek8bf92,i=4096', 'm=x,r=a,s=b,i=4096'])('refuses any other challenge: %s', async (challenge) => {
    const scram = new Scram();
    await scram.response({ username: 'user', password: 'pencil' });
    scram.challenge(challenge);
    await expect(scram.response({ username: 'user', password: 'pencil' })).rejects.toMatchObject({ code: 'ENOLOGIN' });
  });
});
