import { delivery, never, rejection, sendTo, withSession } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { smtp } from '../src/index.ts';
import { type Answer, startScriptedServer } from './scripted-server.ts';
import { sendOne } from './sending.ts';

const at = ({ port }: { readonly port: number }, connections = 1) =>
  smtp({ host: '127.0.0.1', port, tls: 'none', from: 'shop@example.com', connections });
const gone = { kind: 'permanent', code: 'smtp_recipient_unknown', recipientGone: true };

describe('a server that refuses and hangs up, while the rest of the envelope is on its way', () => {
  const expected = [
    ['EHLO', '550 5.7.1 Not you', { kind: 'configuration', code: 'smtp_refused' }],
    ['MAIL', '550 5.7.1 Not from you', { kind: 'configuration', code: 'smtp_sender_refused' }],
    ['MAIL', '521 5.7.1 Not from you', { kind: 'configuration', code: 'smtp_sender_refused' }],
    ['RCPT', '550 5.1.1 No such user', gone],
    ['RCPT', '521 5.7.1 Not to her', { kind: 'permanent', code: 'smtp_recipient_refused' }],
    ['RCPT', '450 4.2.1 Too quickly', { kind: 'transient', code: 'smtp_mailbox_busy', scope: 'address' }],
    ['RCPT', '421 4.7.0 Too many errors', { kind: 'transient', code: 'smtp_service_unavailable', scope: 'messenger' }],
    ['DATA', '554 5.7.1 Not that', { kind: 'permanent', code: 'smtp_content_refused' }],
  ] as const;
  const closing =
    (command: string, answer: Answer) =>
    (line: string): Answer | null =>
      line.startsWith(command) ? answer : null;

  it.each(expected)('is heard at %s: "%s"', async (command, reply, error) => {
    await using server = await startScriptedServer(closing(command, { reply, closes: true }));
    expect(await rejection(sendOne(at(server)))).toMatchObject({ ...error, message: expect.stringContaining(reply) });
  });

  it.each(expected)('is heard at %s although the connection is reset: "%s"', async (command, reply, error) => {
    await using server = await startScriptedServer(closing(command, { reply, resets: true }));
    expect(await rejection(sendOne(at(server)))).toMatchObject({ ...error, message: expect.stringContaining(reply) });
  });

  it('counts for a recipient, even over a connection that has carried a mail', async () => {
    await using server = await startScriptedServer(closing('RCPT TO:<ann', { reply: '550 5.1.1 No such user', closes: true }));
    await withSession(at(server), async (session) => {
      await session.send(delivery('bob@example.org'), never());
      expect(await rejection(session.send(delivery('ann@example.com'), never()))).toMatchObject(gone);
      await session.send(delivery('bob@example.org'), never());
    });
    expect(server.heard().match(/RCPT TO:<ann/g)).toHaveLength(1);
    expect(server.heard().match(/EHLO/g)).toHaveLength(2);
  });
});

describe('a server that refuses every recipient, and still asks for the content', () => {
  it.each([
    ['550 5.1.1 No such user', gone],
    ['450 4.2.1 Too quickly', { kind: 'transient', code: 'smtp_mailbox_busy' }],
  ])('gets a dot (RFC 2920, 3.1) and nothing of the mail, and the session goes on: "%s"', async (reply, error) => {
    await using server = await startScriptedServer((line) => (line.startsWith('RCPT TO:<ann') ? reply : null));
    await withSession(at(server), async (session) => {
      expect(await rejection(session.send(delivery('ann@example.com', { text: 'Secret' }), never()))).toMatchObject(error);
      expect(server.heard()).toMatch(/\r\nDATA\r\n\.\r\n/);
      expect(server.heard()).not.toContain('Secret');
      await session.send(delivery('bob@example.org'), never());
    });
    expect(server.heard().match(/EHLO/g)).toHaveLength(1);
  });

  it('and never answers the dot has refused, when the send is aborted', async () => {
    const stop = new AbortController();
    await using server = await startScriptedServer((line) => {
      if (line === '.') setImmediate(() => stop.abort());
      return line === '.' ? undefined : line.startsWith('RCPT') ? '550 5.1.1 No such user' : null;
    });
    await withSession(at(server), async (session) => {
      expect(await rejection(session.send(delivery('ann@example.com'), { signal: stop.signal }))).toMatchObject(gone);
    });
  });

  it('gets no content when it refused the sender', async () => {
    await using server = await startScriptedServer((line) => (line.startsWith('MAIL') ? '550 5.7.1 Not from you' : null));
    expect(await rejection(sendOne(at(server)))).toMatchObject({ kind: 'configuration', code: 'smtp_sender_refused' });
    expect(server.heard()).not.toContain('\r\n.\r\n');
  });
});

it('a refusal of a copy is no refusal of the recipient', async () => {
  await using server = await startScriptedServer((line) => {
    if (line.startsWith('RCPT TO:<ann')) return '550 5.7.1 Not to her';
    return line.startsWith('RCPT') ? '550 5.1.1 No such user' : null;
  });
  const content = { smtp: { cc: ['bob@example.org'] } };
  expect(await rejection(sendTo(at(server), 'ann@example.com', content))).toMatchObject({ code: 'smtp_recipient_refused' });
});

describe('a server that hangs up on every mail', () => {
  it.each([
    ['MAIL', { closes: true }],
    ['MAIL', { resets: true }],
    ['RCPT', { closes: true }],
    ['DATA', { resets: true }],
  ] as const)('without a reply, at %s (%o), defers the messenger after two connections', async (command, answer) => {
    await using server = await startScriptedServer((line) => (line.startsWith(command) ? answer : null));
    await withSession(at(server), async (session) => {
      const sending = () => rejection(session.send(delivery('ann@example.com'), never()));
      const broken = { kind: 'transient', code: 'smtp_connection', sessionLost: false };
      expect(await sending()).toMatchObject({ ...broken, scope: 'dispatch' });
      expect(await sending()).toMatchObject({ ...broken, scope: 'messenger' });
    });
  });

  it('is not confused with a mail that breaks its own connection', async () => {
    await using server = await startScriptedServer((line) => (line.startsWith('RCPT TO:<ann') ? { closes: true } : null));
    await withSession(at(server), async (session) => {
      for (let round = 0; round < 3; round += 1) {
        expect(await rejection(session.send(delivery('ann@example.com'), never()))).toMatchObject({ scope: 'dispatch' });
        await session.send(delivery('bob@example.org'), never());
      }
    });
  });
});
