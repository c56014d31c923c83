import { redactor } from '@sitemessage/core';
import { findSecret } from '@sitemessage/core/testing';
import { describe, expect, it } from 'vitest';
import { smtpError } from '../src/errors.ts';

const none = redactor([]);
const minute = 60_000;
const hour = 60 * minute;

/** Makes the error that nodemailer makes for a reply. */
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
const refusedClient = { kind: 'configuration', code: 'smtp_refused' };
const senderBusy = { kind: 'transient', code: 'smtp_sender_busy', scope: 'messenger' };
const quota = { kind: 'transient', code: 'smtp_quota_reached', scope: 'messenger', retryAfterMs: hour };
const unavailable = { kind: 'transient', code: 'smtp_service_unavailable', scope: 'messenger' };

describe('the meaning of a reply', () => {
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
    ['RCPT TO', '550 5.7.1 <ann@example.com>: Recipient address rejected: Access denied', refused],
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
    ['RCPT TO', '554 5.7.1 <shop@example.com>: Sender address rejected: Access denied', sender],
    ['RCPT TO', '553 5.7.1 <shop@example.com>: Sender address rejected: not owned by user shop', sender],
    ['RCPT TO', '550 5.1.0 <shop@example.com>: Sender address rejected: User unknown in virtual alias table', sender],
    ['RCPT TO', '554 5.7.1 Service unavailable; Sender address [shop@example.com] blocked using dbl.example.org', sender],
    ['RCPT TO', '550-Verification failed for <shop@example.com>\n550-Unknown user\n550 Sender verify failed', sender],
    ['RCPT TO', '550 5.7.23 SPF validation failed', sender],
    ['DATA', '550 5.7.26 The sender is unauthenticated', sender],
    ['RCPT TO', '554 5.7.1 <unknown[192.0.2.1]>: Client host rejected: Access denied', refusedClient],
    ['RCPT TO', '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example.org', refusedClient],
    ['RCPT TO', '554 5.7.1 <shop>: Helo command rejected: Access denied', refusedClient],
    ['RCPT TO', '504 5.5.2 <shop>: Helo command rejected: need fully-qualified hostname', refusedClient],
    ['RCPT TO', '554 5.7.1 <ann@example.com>: Relay access denied', refusedClient],
    ['RCPT TO', '454 4.7.1 <ann@example.com>: Relay access denied', refusedClient],
    ['RCPT TO', '550 relay not permitted', refusedClient],
    ['RCPT TO', '550 5.7.1 <ann@example.com>... Relaying denied', refusedClient],
    ['RCPT TO', '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain', refusedClient],
    ['RCPT TO', "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", refusedClient],
    ['RCPT TO', '450 4.7.1 <unknown[192.0.2.1]>: Client host rejected: cannot find your hostname', senderBusy],
    ['RCPT TO', '450 4.7.1 <shop>: Helo command rejected: Host not found', senderBusy],
    ['RCPT TO', '450 4.1.8 <shop@example.com>: Sender address rejected: Domain not found', senderBusy],
  ])('a refusal of the sender or the client, which Postfix and Exim report at %s: "%s"', (command, response, expected) => {
    expect(read(replied(command, response))).toMatchObject(expected);
  });

  it.each([
    ['DATA', '550 5.4.5 Daily user sending limit exceeded. For more, go to https://example.com/limits', quota],
    ['MAIL FROM', '550 5.4.5 Daily SMTP relay sending limit exceeded for this user', quota],
    ['DATA', '550-5.7.1 Daily SMTP relay limit exceeded for user\n550 5.7.1 See https://example.com/relay', quota],
    ['DATA', '454 Throttling failure: Daily message quota exceeded.', quota],
    ['DATA', "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients", quota],
    ['DATA', '454 Throttling failure: Maximum sending rate exceeded.', senderBusy],
    ['DATA', '554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-1', sender],
    ['DATA', '554 Message rejected: Sending paused for this account.', sender],
    ['DATA', '550 The from address does not match a verified Sender Identity.', sender],
    ['DATA', '550 5.7.60 SMTP; Client does not have permissions to send as this sender', sender],
    ['DATA', '554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Cannot submit message', sender],
    ['DATA', '554 5.2.252 SendAsDenied; shop@example.com not allowed to send as ann@example.com', sender],
    ['DATA', '552 5.2.2 Daily limit of this mailbox reached', full],
    ['DATA', '554 5.7.1 Looks like a daily newsletter', content],
  ])('a refusal of the account, which providers report at %s: "%s"', (command, response, expected) => {
    expect(read(replied(command, response))).toMatchObject(expected);
  });

  it.each([
    ['RCPT TO', '550 Unknown user', gone],
    ['RCPT TO', '550 unknown user <ann@example.com>', gone],
    ['RCPT TO', '550 unknown local-part "ann" in domain "example.com"', gone],
    ['RCPT TO', '550-Callout verification failed:\n550 No such user here', gone],
    ['RCPT TO', '550 User does not exist', gone],
    ['RCPT TO', "550 Mailbox doesn't exist", gone],
    // Exim cannot route it. The DNS may be wrong only for a while.
    ['RCPT TO', '550 Unrouteable address', refused],
    ['RCPT TO', '550 Administrative prohibition', refused],
    ['RCPT TO', '550 Unknown recipient domain', refused],
    ['RCPT TO', '550 The sender is an unknown user', refused],
    ['RCPT TO', '550 Unknown user, authenticate first', refused],
    ['RCPT TO', '553 No such user', refused],
    ['RCPT TO', '550 5.7.1 No such user', refused],
    ['RCPT TO', '450 Unknown user', busy],
    ['DATA', '550 Unknown user', content],
  ])('a recipient who may be unknown, in words without a code, at %s: "%s"', (command, response, expected) => {
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

describe('the wait that a server asks for', () => {
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

describe('an error of nodemailer without a reply', () => {
  const failed = (code: string | undefined, message = 'It failed', more: object = {}): Error =>
    Object.assign(new Error(message), { ...(code !== undefined && { code }), ...more });

  it.each([
    ['EAUTH', 'configuration', 'smtp_login_refused'],
    ['ENOAUTH', 'configuration', 'smtp_login_refused'],
    ['ETLS', 'configuration', 'smtp_tls_unavailable'],
    ['EPROXY', 'configuration', 'smtp_proxy'],
    ['ECONFIG', 'configuration', 'configuration'],
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

  it('another kind of TLS on the port is a wrong configuration', () => {
    const raw = '4097:error:0A000102:SSL routines:ssl_choose_client_version:unsupported protocol:ssl/statem/statem_lib.c:1992:';
    const error = read(failed('ESOCKET', raw, { originalCode: 'ERR_SSL_UNSUPPORTED_PROTOCOL', reason: 'unsupported protocol' }));
    expect(error).toMatchObject({ kind: 'configuration', code: 'smtp_tls_unavailable' });
    expect(error.message).toBe('The server speaks another kind of TLS (unsupported protocol). See `tls` and `port`.');
  });

  it.each(['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EABORT', 'ETLS', undefined])(
    '%s after the whole mail was written leaves the outcome unknown',
    (code) => {
      expect(read(failed(code), true)).toMatchObject({ kind: 'unknown', code: 'smtp_outcome_unknown' });
      expect(read(failed(code, 'no trust', { originalCode: 'ERR_SSL_BAD_RECORD_MAC' }), true)).toMatchObject({ kind: 'unknown' });
    },
  );

  it('a reply to the whole mail makes the outcome known', () => {
    expect(read(replied('DATA', '451 4.3.0 Try later', 'EMESSAGE'), true)).toMatchObject(busy);
  });

  it('asks for another session when the server cannot be reached, and not when an open connection breaks', () => {
    expect(read(failed('ESOCKET', 'connect ECONNREFUSED'))).toMatchObject({ sessionLost: true });
    expect(read(failed('EBROKEN', 'Connection closed unexpectedly'))).toMatchObject({ sessionLost: false, scope: 'dispatch' });
  });

  it('defers the messenger when connections break one after another', () => {
    const error = smtpError(failed('EBROKEN', 'Connection closed unexpectedly'), { isComplete: false, breaksRepeatedly: true }, none);
    expect(error).toMatchObject({ kind: 'transient', code: 'smtp_connection', scope: 'messenger', sessionLost: false });
  });
});

describe('secrets', () => {
  it('are redacted in replies, messages and causes', () => {
    const hidden = redactor(['hunter2-secret']);
    const thrown = Object.assign(replied('API', '535 5.7.8 hunter2-secret is wrong', 'EAUTH'), { options: { pass: 'hunter2-secret' } });
    const error = smtpError(thrown, { isComplete: false }, hidden);
    expect(error.message).toContain('[redacted] is wrong');
    expect(findSecret(error, ['hunter2-secret'])).toBeUndefined();
    expect(findSecret(smtpError(new Error('hunter2-secret'), { isComplete: false }, hidden), ['hunter2-secret'])).toBeUndefined();
  });
});
