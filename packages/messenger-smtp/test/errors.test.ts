import { redactor } from '@sitemessage/core';
import { leak } from '@sitemessage/core/testing';
import { describe, expect, it } from 'vitest';
import { smtpError } from '../src/errors.ts';

const none = redactor([]);
const minute = 60_000;
const hour = 60 * minute;

/** As nodemailer makes it of a reply. */
function replied(command: string, response: string, code = 'EENVELOPE'): Error {
  return Object.assign(new Error(`It failed: ${response}`), { code, command, response, responseCode: Number(response.slice(0, 3)) });
}
const read = (thrown: Error, isComplete = false) => smtpError(thrown, { isComplete }, none);

const gone = { kind: 'permanent', code: 'smtp_recipient_unknown', recipientGone: true };
const refused = { kind: 'permanent', code: 'smtp_recipient_refused', recipientGone: false };
const content = { kind: 'permanent', code: 'smtp_content_refused', recipientGone: false };
const tooLarge = { kind: 'permanent', code: 'smtp_too_large', recipientGone: false };
const sender = { kind: 'configuration', code: 'smtp_sender_refused' };
const busy = { kind: 'transient', code: 'smtp_busy', scope: 'dispatch', sessionLost: false };
const full = { kind: 'transient', code: 'smtp_mailbox_full', scope: 'dispatch', retryAfterMs: 4 * hour };
const grey = { kind: 'transient', code: 'smtp_greylisted', scope: 'dispatch', retryAfterMs: 5 * minute };
const unavailable = { kind: 'transient', code: 'smtp_service_unavailable', scope: 'messenger' };

describe('what a reply means', () => {
  it.each([
    ['RCPT TO', '550 5.1.1 No such user', gone],
    ['RCPT TO', '550-5.1.1 No such user\n550 5.1.1 here', gone],
    ['RCPT TO', '550 5.1.2 No such domain', gone],
    ['RCPT TO', '553 5.1.3 Bad address syntax', gone],
    ['RCPT TO', '550 5.1.6 The mailbox has moved', gone],
    ['RCPT TO', '556 5.1.10 Null MX', gone],
    ['RCPT TO', '550 5.2.1 The account is disabled', gone],
    ['RCPT TO', '550 5.4.4 No such host', gone],
    ['DATA', '550 5.1.1 No such user', gone],
    ['RCPT TO', '550 Mailbox unavailable', refused],
    ['RCPT TO', '551 Not local', refused],
    ['RCPT TO', '553 Mailbox name not allowed', refused],
    ['RCPT TO', '550 5.7.1 Blocked by policy', refused],
    ['RCPT TO', '554 5.7.1 Relay access denied', refused],
    ['RCPT TO', '450 Mailbox busy', busy],
    ['RCPT TO', '451 4.3.0 Temporary lookup failure', busy],
    ['RCPT TO', '452 4.5.3 Too many recipients', busy],
    ['RCPT TO', '450 4.2.1 Receiving too quickly', { kind: 'transient', code: 'smtp_mailbox_busy', scope: 'address' }],
    ['RCPT TO', '451 4.7.1 Please come back later', grey],
    ['RCPT TO', '450 4.2.0 Greylisted, see the help page', grey],
    ['RCPT TO', '451 Graylisting in action', grey],
    ['RCPT TO', '452 4.2.2 Mailbox full', full],
    ['RCPT TO', '552 5.2.2 Mailbox full', full],
    ['RCPT TO', '552 Over quota', full],
    ['DATA', '552 5.2.2 Mailbox full', full],
    ['MAIL FROM', '550 5.7.1 Sender not allowed', sender],
    ['MAIL FROM', '550 5.1.8 Sender domain unknown', sender],
    ['MAIL FROM', '553 5.1.7 Sender address rejected', sender],
    ['RCPT TO', '553 5.1.8 Sender domain unknown', sender],
    ['MAIL FROM', '451 4.3.1 Out of storage', { kind: 'transient', code: 'smtp_sender_busy', scope: 'messenger' }],
    ['MAIL FROM', '552 5.3.4 Too big', tooLarge],
    ['MAIL FROM', '552 Too big', tooLarge],
    ['DATA', '552 5.3.4 Too big', tooLarge],
    ['RCPT TO', '552 5.3.4 Too big', tooLarge],
    ['DATA', '554 5.6.0 Bad content', content],
    ['DATA', '550 5.7.1 Looks like spam', content],
    ['DATA', '451 4.3.0 Scanner is away', busy],
    ['MAIL FROM', '421 4.7.0 Too many messages', unavailable],
    ['RCPT TO', '421 4.4.2 Timeout', unavailable],
    ['CONN', '421 4.3.2 Shutting down', unavailable],
    ['CONN', '554 5.7.1 You are on a block list', { kind: 'configuration', code: 'smtp_refused' }],
    ['EHLO', '502 5.5.1 Unknown command', { kind: 'configuration', code: 'smtp_refused' }],
    ['MAIL FROM', '530 5.7.0 Authentication required', { kind: 'configuration', code: 'smtp_login_required' }],
    ['RCPT TO', '535 5.7.8 Log in first', { kind: 'configuration', code: 'smtp_login_required' }],
  ])('%s answered by "%s"', (command, response, expected) => {
    expect(read(replied(command, response))).toMatchObject(expected);
  });

  it.each([
    ['EAUTH', '535 5.7.8 Wrong password', { kind: 'configuration', code: 'smtp_login_refused' }],
    ['EAUTH', '534 5.7.9 Mechanism too weak', { kind: 'configuration', code: 'smtp_login_refused' }],
    ['EAUTH', '454 4.7.0 Temporary failure', { kind: 'transient', code: 'smtp_login_busy' }],
    ['EAUTH', '421 4.7.0 Too many logins', unavailable],
    ['ETLS', '502 5.5.1 No STARTTLS here', { kind: 'configuration', code: 'smtp_tls_unavailable' }],
    ['ETLS', '454 4.7.0 TLS not available now', { kind: 'transient', code: 'smtp_busy' }],
  ])('a login or an encryption (%s) answered by "%s"', (code, response, expected) => {
    expect(read(replied('API', response, code))).toMatchObject(expected);
  });

  it('keeps the words of the server', () => {
    expect(read(replied('RCPT TO', '550 5.1.1 Ann moved to example.org'))).toHaveProperty(
      'message',
      'The server answered 550 5.1.1 Ann moved to example.org',
    );
  });

  it('does not read an enhanced code out of the middle of a text', () => {
    expect(read(replied('RCPT TO', '550 Rejected, see 5.1.1'))).toMatchObject(refused);
  });
});

describe('how long a server says to wait', () => {
  it.each([
    ['451 4.7.1 Greylisted, try again in 300 seconds', 300_000],
    ['451 4.7.1 Greylisted for 7 minutes', 7 * minute],
    ['450 4.2.1 Wait 2 hours', 2 * hour],
    ['421 4.7.0 Too many messages, retry in 90s', 90_000],
    ['421 4.7.0 Too many messages, retry in 1 min', minute],
    ['452 4.2.2 Full, try again in 1 hour', hour],
    ['451 4.7.1 Try again in 0 seconds', 1_000],
    ['451 4.7.1 Try again in 99999 hours', 24 * hour],
    ['451 4.7.1 Greylisted by host 12 of example.com', 5 * minute],
  ])('is read from "%s"', (response, retryAfterMs) => {
    expect(read(replied('RCPT TO', response))).toMatchObject({ kind: 'transient', retryAfterMs });
  });

  it.each(['421 4.7.0 Too many messages', '451 4.3.0 Try later', '450 4.2.1 Too quickly'])(
    'is left to the retry policy by "%s"',
    (response) => {
      expect(read(replied('RCPT TO', response))).not.toHaveProperty('retryAfterMs');
    },
  );
});

describe('what nodemailer reports without a reply', () => {
  const failed = (code: string | undefined, message = 'It failed', more: object = {}): Error =>
    Object.assign(new Error(message), { ...(code !== undefined && { code }), ...more });

  it.each([
    ['EAUTH', 'configuration', 'smtp_login_refused'],
    ['ENOAUTH', 'configuration', 'smtp_login_refused'],
    ['ETLS', 'configuration', 'smtp_tls_unavailable'],
    ['EPROXY', 'configuration', 'smtp_proxy'],
    ['ECONFIG', 'configuration', 'smtp_option'],
    ['EENVELOPE', 'permanent', 'smtp_recipient_refused'],
    ['EMESSAGE', 'permanent', 'smtp_content_refused'],
    ['EABORT', 'transient', 'smtp_aborted'],
    ['ETIMEDOUT', 'transient', 'smtp_connection'],
    ['ECONNECTION', 'transient', 'smtp_connection'],
    ['ESOCKET', 'transient', 'smtp_connection'],
    ['EDNS', 'transient', 'smtp_connection'],
    [undefined, 'transient', 'smtp_connection'],
  ])('%s is %s: %s', (code, kind, ours) => {
    expect(read(failed(code))).toMatchObject({ kind, code: ours });
  });

  it('a token server that refuses is a wrong configuration, one that is down is not', () => {
    expect(read(failed('EAUTH', 'revoked', { originalCode: 'EOAUTH2' }))).toMatchObject({ code: 'smtp_login_refused' });
    expect(read(failed('EAUTH', 'down', { originalCode: 'EFETCH' }))).toMatchObject({ kind: 'transient', code: 'smtp_login_busy' });
  });

  it.each(['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'])(
    '%s under a socket error is a certificate that is not trusted',
    (originalCode) => {
      expect(read(failed('ESOCKET', 'no trust', { originalCode }))).toMatchObject({ kind: 'configuration', code: 'smtp_certificate' });
    },
  );

  it('no TLS on the port is something to configure', () => {
    expect(read(failed('ESOCKET', 'wrong version number', { originalCode: 'ERR_SSL_WRONG_VERSION_NUMBER' }))).toMatchObject({
      kind: 'configuration',
      code: 'smtp_tls_unavailable',
    });
  });

  it.each(['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EABORT', 'ETLS', undefined])(
    '%s after the whole mail went out leaves the outcome unknown',
    (code) => {
      expect(read(failed(code), true)).toMatchObject({ kind: 'unknown', code: 'smtp_outcome_unknown' });
      expect(read(failed(code, 'no trust', { originalCode: 'ERR_SSL_BAD_RECORD_MAC' }), true)).toMatchObject({ kind: 'unknown' });
    },
  );

  it('a reply to the whole mail is a result, and not unknown', () => {
    expect(read(replied('DATA', '451 4.3.0 Try later', 'EMESSAGE'), true)).toMatchObject(busy);
  });

  it('asks for another session when the server cannot be reached, and not when an open line breaks', () => {
    expect(read(failed('ESOCKET', 'connect ECONNREFUSED'))).toMatchObject({ sessionLost: true });
    expect(read(failed('ECONNECTION', 'Connection closed unexpectedly'))).toMatchObject({ sessionLost: false });
  });
});

describe('secrets', () => {
  it('are taken out of replies, messages and causes', () => {
    const hidden = redactor(['hunter2-secret']);
    const thrown = Object.assign(replied('API', '535 5.7.8 hunter2-secret is wrong', 'EAUTH'), { options: { pass: 'hunter2-secret' } });
    const error = smtpError(thrown, { isComplete: false }, hidden);
    expect(error.message).toContain('[redacted] is wrong');
    expect(leak(error, ['hunter2-secret'])).toBeUndefined();
    expect(leak(smtpError(new Error('hunter2-secret'), { isComplete: false }, hidden), ['hunter2-secret'])).toBeUndefined();
  });
});
