import { delivery, never, rejection, withSession } from '@sitemessage/test-support';
import { startExim } from '@sitemessage/test-support/exim';
import { startPostfix } from '@sitemessage/test-support/postfix';
import { afterAll, describe, expect, it } from 'vitest';
import { type SmtpOptions, smtp } from '../src/index.ts';

const local = { host: '127.0.0.1', tls: 'none', from: 'shop@example.com', connections: 1 } as const;
const recipients = ['ann', 'bob', 'shop', 'hungup', 'full', 'quota', 'throttled', 'unverified', 'sendas', 'spam'];

/** The servers' replies after the whole mail, by the recipient of a test. */
const afterData = {
  quota: '550 5.4.5 Daily user sending limit exceeded',
  throttled: '454 Throttling failure: Daily message quota exceeded.',
  unverified: '554 Message rejected: Email address is not verified.',
  sendas: '550 5.7.60 SMTP; Client does not have permissions to send as this sender',
  spam: '554 5.7.1 It looks like spam',
} as const;

/** Writes a table for Postfix: https://www.postfix.org/DATABASE_README.html. */
const inline = (table: Readonly<Record<string, string>>): string =>
  `inline:{${Object.entries(table)
    .map(([key, value]) => `{${key} = ${value}}`)
    .join(', ')}}`;

const postfix = await startPostfix(recipients, {
  plain: {
    smtpd_sender_restrictions: `check_sender_access ${inline({ 'refused@example.com': 'REJECT', 'hungup@example.com': '521 5.7.1 Leave' })}`,
    smtpd_helo_restrictions: `check_helo_access ${inline({ 'refused.example.com': 'REJECT' })}`,
    smtpd_relay_restrictions: 'reject_unauth_destination',
    smtpd_recipient_restrictions: `check_recipient_access ${inline({
      'hungup@example.com': '521 5.7.1 Leave',
      'full@example.com': '452 4.2.2 Mailbox full',
    })}`,
    smtpd_end_of_data_restrictions: `check_recipient_access ${inline(
      Object.fromEntries(Object.entries(afterData).map(([name, reply]) => [`${name}@example.com`, reply])),
    )}`,
  },
  client: { smtpd_client_restrictions: 'reject' },
  atOnce: { smtpd_client_restrictions: 'reject', smtpd_delay_reject: 'no' },
  deferring: { smtpd_relay_restrictions: 'defer_unauth_destination' },
});
afterAll(() => postfix?.[Symbol.asyncDispose]());

const exim = await startExim(recipients, {
  helo: `  drop condition = \${if eq{$sender_helo_name}{refused.example.com}}`,
  mail: `  deny senders = refused@example.com
  drop senders = hungup@example.com`,
  rcpt: `  drop local_parts = hungup
  drop message = Unknown user
       local_parts = gone
  defer message = 452 4.2.2 Mailbox full
        local_parts = full
  require message = relay not permitted
          domains = +local_domains
  require verify = sender
  require verify = recipient`,
  data: Object.entries(afterData)
    .map(
      ([name, reply]) =>
        `  ${reply.startsWith('4') ? 'defer' : 'deny'} message = ${reply}\n    condition = \${if eq{$recipients}{${name}@example.com}}`,
    )
    .join('\n'),
});
afterAll(() => exim?.[Symbol.asyncDispose]());

const gone = { kind: 'permanent', code: 'smtp_recipient_unknown', recipientGone: true };
const refused = { kind: 'permanent', code: 'smtp_recipient_refused', recipientGone: false };
const client = { kind: 'configuration', code: 'smtp_refused' };
const sender = { kind: 'configuration', code: 'smtp_sender_refused' };
const quota = { kind: 'transient', code: 'smtp_quota_reached', scope: 'messenger' };
const full = { kind: 'transient', code: 'smtp_mailbox_full', scope: 'dispatch' };

type Refusal = readonly [what: string, options: Partial<SmtpOptions>, address: string, expected: object];

/** The refusals of both servers. */
const commonRefusals: readonly Refusal[] = [
  ['an unknown recipient', {}, 'nobody@example.com', gone],
  ['a recipient, and hangs up', {}, 'hungup@example.com', refused],
  ['a recipient for now', {}, 'full@example.com', full],
  ['to relay', {}, 'ann@example.org', client],
  ['the sender', { from: 'refused@example.com' }, 'ann@example.com', sender],
  ['the sender, and hangs up', { from: 'hungup@example.com' }, 'ann@example.com', sender],
  ['the account, whose quota of a day is reached', {}, 'quota@example.com', quota],
  ['the account for now, as Amazon SES does', {}, 'throttled@example.com', quota],
  ['the account, as Amazon SES does', {}, 'unverified@example.com', sender],
  ['the account, as Exchange Online does', {}, 'sendas@example.com', sender],
  ['the content', {}, 'spam@example.com', { kind: 'permanent', code: 'smtp_content_refused' }],
];

function refusals(port: number, list: readonly Refusal[]): void {
  it.each(list)('refuses %s', async (_, options, address, expected) => {
    // A server may refuse a client at its first command.
    const refusal = (): Promise<unknown> =>
      withSession(smtp({ ...local, port, ...options }), (session) => session.send(delivery(address), never()));
    expect(await rejection(refusal())).toMatchObject(expected);
  });
}

function mails(port: number): void {
  it('takes the next mail after each refusal', async () => {
    await withSession(smtp({ ...local, port }), async (session) => {
      expect((await session.send(delivery('ann@example.com'), never())).providerId).toMatch(/^[\w.@<>-]+$/);
      for (const address of ['nobody@example.com', 'spam@example.com', 'hungup@example.com']) {
        expect(await rejection(session.send(delivery(address), never()))).toMatchObject({ kind: 'permanent' });
        await session.send(delivery('bob@example.com'), never());
      }
    });
  });

  it('takes a copy of a mail whose recipient it refuses', async () => {
    await withSession(smtp({ ...local, port }), async (session) => {
      const content = { smtp: { cc: ['bob@example.com'] } };
      expect(await rejection(session.send(delivery('nobody@example.com', content), never()))).toMatchObject(gone);
    });
  });
}

if (postfix) {
  const { ports } = postfix;
  describe('Postfix', () => {
    refusals(ports.plain, [...commonRefusals, ['the name of the client', { name: 'refused.example.com' }, 'ann@example.com', client]]);
    refusals(ports.client, [['the client, at RCPT', {}, 'ann@example.com', client]]);
    refusals(ports.atOnce, [['the client, at once', {}, 'ann@example.com', client]]);
    refusals(ports.deferring, [['to relay for now', {}, 'ann@example.org', client]]);
    mails(ports.plain);
  });
} else leftOut('Postfix');

if (exim) {
  describe('Exim', () => {
    refusals(exim.port, [
      ...commonRefusals,
      ['the name of the client, and hangs up', { name: 'refused.example.com' }, 'ann@example.com', client],
      ['an unknown recipient in words, and hangs up', {}, 'gone@example.com', gone],
      ['a sender that it cannot verify', { from: 'ghost@example.com' }, 'ann@example.com', sender],
    ]);
    mails(exim.port);
  });
} else leftOut('Exim');

function leftOut(name: string): void {
  it(`leaves ${name} out, which is not on this machine, or needs root. Only scripted servers are tested`, () => {
    process.stdout.write(`Without ${name}: it is not on this machine, or needs root. SMTP is tested with scripted servers only.\n`);
  });
}
