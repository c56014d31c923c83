import { sendTestMessage } from '@sitemessage/core';
import { delivery, never, rejection, withSession } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { smtp } from '../src/index.ts';
import { sandboxed } from './sandboxed.ts';
import { sendOne } from './sending.ts';

const running = sandboxed();
const messenger = () => smtp(running.sandbox.smtp.options);
const addresses = () => running.sandbox.inbox.all().map(({ address }) => address);

describe('a refusal', () => {
  it.each([
    ['rcpt', '550 5.1.1 No such user', { kind: 'permanent', code: 'smtp_recipient_unknown', recipientGone: true }],
    ['rcpt', '550 5.7.1 Blocked', { kind: 'permanent', code: 'smtp_recipient_refused', recipientGone: false }],
    ['rcpt', '452 4.2.2 Mailbox full', { kind: 'transient', code: 'smtp_mailbox_full', scope: 'dispatch' }],
    ['mail', '550 5.7.1 Sender not allowed', { kind: 'configuration', code: 'smtp_sender_refused' }],
    ['mail', '421 4.7.0 Too many messages', { kind: 'transient', code: 'smtp_service_unavailable', scope: 'messenger' }],
    ['rcpt', '421 4.3.2 Shutting down, try again in 2 minutes', { kind: 'transient', scope: 'messenger', retryAfterMs: 120_000 }],
    ['content', '554 5.7.1 Looks like spam', { kind: 'permanent', code: 'smtp_content_refused' }],
    ['content', '552 5.3.4 Too big', { kind: 'permanent', code: 'smtp_too_large' }],
    ['content', '421 4.3.2 Shutting down', { kind: 'transient', code: 'smtp_service_unavailable', scope: 'messenger' }],
  ] as const)('at %s with "%s" has its own error, and nothing is delivered', async (at, reply, expected) => {
    running.sandbox.smtp.fail({ at, reply });
    expect(await rejection(sendOne(messenger()))).toMatchObject(expected);
    expect(addresses()).toEqual([]);
  });

  it('of every connection is thrown by `open`', async () => {
    running.sandbox.smtp.fail({ at: 'connect', reply: '421 4.3.2 Shutting down' });
    expect(await rejection(messenger().open(never()))).toMatchObject({ kind: 'transient', code: 'smtp_service_unavailable' });
  });

  it('by a greylist asks for five minutes, and the next attempt goes through on the same session', async () => {
    running.sandbox.smtp.greylist('ann@example.com');
    await withSession(messenger(), async (session) => {
      const mail = delivery('ann@example.com');
      const error = await rejection(session.send(mail, never()));
      expect(error).toMatchObject({ kind: 'transient', code: 'smtp_greylisted', scope: 'dispatch', retryAfterMs: 300_000 });
      await session.send({ ...mail, attempt: 2 }, never());
    });
    expect(addresses()).toEqual(['ann@example.com']);
  });
});

describe('a connection that breaks', () => {
  it.each(['mail', 'rcpt', 'data', 'content'] as const)('at %s has delivered nothing, and says so', async (at) => {
    running.sandbox.smtp.fail({ at, drop: true });
    // The server needs several reads for this mail, so the connection breaks within it.
    const text = at === 'content' ? 'A long line of text.\n'.repeat(200_000) : 'Hello';
    expect(await rejection(sendOne(messenger(), 'ann@example.com', { text }))).toMatchObject({
      kind: 'transient',
      code: 'smtp_connection',
    });
    expect(addresses()).toEqual([]);
  });

  it('after the server took the mail, and before its reply, leaves the outcome unknown', async () => {
    running.sandbox.smtp.fail({ at: 'taken', drop: true });
    expect(await rejection(sendOne(messenger()))).toMatchObject({ kind: 'unknown', code: 'smtp_outcome_unknown' });
    expect(addresses()).toEqual(['ann@example.com']);
  });

  it('is an outage when nobody listens', async () => {
    const error = await rejection(smtp({ ...running.sandbox.smtp.options, port: 1 }).open(never()));
    expect(error).toMatchObject({ kind: 'transient', code: 'smtp_connection', sessionLost: true });
    expect(error.message).toContain('ECONNREFUSED');
  });
});

describe('a server that falls silent', () => {
  /** Sends one mail, and aborts after `happened`. */
  const sendUntil = (happened: Promise<unknown>): Promise<unknown> =>
    withSession(messenger(), async (session) => {
      const stop = new AbortController();
      const sending = rejection(session.send(delivery('ann@example.com'), { signal: stop.signal }));
      await happened;
      stop.abort();
      return sending;
    });

  it('before the mail was written causes a transient error when the send is aborted', async () => {
    const reached = Promise.withResolvers<void>();
    const to = (): boolean => {
      reached.resolve();
      return true;
    };
    running.sandbox.smtp.fail({ at: 'rcpt', silent: true, to });
    expect(await sendUntil(reached.promise)).toMatchObject({ kind: 'transient', code: 'smtp_aborted' });
  });

  it('after the mail was written leaves the outcome unknown when the send is aborted', async () => {
    running.sandbox.smtp.fail({ at: 'taken', silent: true });
    expect(await sendUntil(running.sandbox.inbox.waitFor(1))).toMatchObject({ kind: 'unknown', code: 'smtp_outcome_unknown' });
  });

  it('is waited for no longer than `timeoutMs`', async () => {
    running.sandbox.smtp.fail({ at: 'connect', silent: true });
    const impatient = smtp({ ...running.sandbox.smtp.options, timeoutMs: 20 });
    expect(await rejection(sendTestMessage(impatient, 'ann@example.com'))).toMatchObject({ kind: 'transient', code: 'smtp_aborted' });
  });
});
