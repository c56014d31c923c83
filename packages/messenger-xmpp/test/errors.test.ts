import type { XmppFault } from '@sitemessage/sandbox';
import { delivery, never, rejection, sandboxed, sendTo, withSession } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { xmpp } from '../src/index.ts';

const running = sandboxed('xmpp');
const messenger = () => xmpp(running.sandbox.xmpp.options);
const arrived = () => running.sandbox.inbox.all().length;
type StanzaError = NonNullable<XmppFault['error']>;

/** [the answer of the server, the error] */
const refusals: readonly (readonly [StanzaError, object])[] = [
  [
    { type: 'wait', condition: 'recipient-unavailable' },
    { kind: 'transient', code: 'xmpp_recipient_busy', scope: 'dispatch' },
  ],
  [
    { type: 'wait', condition: 'unexpected-request' },
    { kind: 'transient', code: 'xmpp_recipient_busy', scope: 'dispatch' },
  ],
  [
    { type: 'wait', condition: 'resource-constraint' },
    { kind: 'transient', code: 'xmpp_limited', scope: 'address' },
  ],
  [
    { type: 'wait', condition: 'policy-violation' },
    { kind: 'transient', code: 'xmpp_limited', scope: 'address' },
  ],
  [
    { type: 'wait', condition: 'policy-violation', by: 'example.com' },
    { kind: 'transient', code: 'xmpp_limited', scope: 'address' },
  ],
  [
    { type: 'wait', condition: 'policy-violation', by: 'localhost' },
    { kind: 'transient', code: 'xmpp_limited', scope: 'messenger' },
  ],
  [
    { type: 'wait', condition: 'remote-server-timeout' },
    { kind: 'transient', code: 'xmpp_server_busy', scope: 'dispatch' },
  ],
  [
    { type: 'cancel', condition: 'remote-server-timeout' },
    { kind: 'transient', code: 'xmpp_server_busy', scope: 'dispatch' },
  ],
  [
    { type: 'cancel', condition: 'internal-server-error' },
    { kind: 'transient', code: 'xmpp_server_busy', scope: 'dispatch' },
  ],
  [
    { type: 'cancel', condition: 'item-not-found' },
    { kind: 'permanent', code: 'xmpp_recipient_unknown', recipientGone: true },
  ],
  [
    { type: 'cancel', condition: 'gone' },
    { kind: 'permanent', code: 'xmpp_recipient_unknown', recipientGone: true },
  ],
  [
    { type: 'cancel', condition: 'service-unavailable' },
    { kind: 'permanent', code: 'xmpp_recipient_unavailable', recipientGone: false },
  ],
  [
    { type: 'cancel', condition: 'remote-server-not-found' },
    { kind: 'permanent', code: 'xmpp_domain_unknown', recipientGone: false },
  ],
  [
    { type: 'cancel', condition: 'not-allowed' },
    { kind: 'permanent', code: 'xmpp_recipient_refused' },
  ],
  [
    { type: 'cancel', condition: 'feature-not-implemented' },
    { kind: 'permanent', code: 'xmpp_recipient_refused' },
  ],
  [
    { type: 'cancel', condition: 'conflict' },
    { kind: 'permanent', code: 'xmpp_recipient_refused' },
  ],
  [
    { type: 'modify', condition: 'jid-malformed' },
    { kind: 'permanent', code: 'xmpp_recipient_refused' },
  ],
  [
    { type: 'modify', condition: 'redirect', movedTo: 'xmpp:ann@example.org' },
    { kind: 'permanent', code: 'xmpp_recipient_refused' },
  ],
  [
    { type: 'modify', condition: 'bad-request' },
    { kind: 'permanent', code: 'xmpp_message_refused' },
  ],
  [
    { type: 'modify', condition: 'not-acceptable' },
    { kind: 'permanent', code: 'xmpp_message_refused' },
  ],
  [
    { type: 'modify', condition: 'policy-violation' },
    { kind: 'permanent', code: 'xmpp_message_refused' },
  ],
  [
    { type: 'auth', condition: 'forbidden' },
    { kind: 'permanent', code: 'xmpp_recipient_refused' },
  ],
  [
    { type: 'auth', condition: 'not-authorized' },
    { kind: 'permanent', code: 'xmpp_recipient_refused' },
  ],
  [
    { type: 'auth', condition: 'registration-required' },
    { kind: 'permanent', code: 'xmpp_recipient_refused' },
  ],
  [
    { type: 'auth', condition: 'subscription-required' },
    { kind: 'permanent', code: 'xmpp_recipient_refused' },
  ],
  [
    { type: 'urgent' as 'wait', condition: 'undefined-condition' },
    { kind: 'transient', code: 'xmpp_refused', scope: 'dispatch' },
  ],
];

describe('a stanza error', () => {
  it.each(refusals.slice(0, -1))('%j is %j, and the session goes on', async (error, expected) => {
    running.sandbox.xmpp.fail({ at: 'message', error: { text: 'Not now', ...error } });
    await withSession(messenger(), async (session) => {
      const thrown = await rejection(session.send(delivery('ann@example.com'), never()));
      expect(thrown).toMatchObject(expected);
      expect(thrown.message).toContain(`${error.type}/${error.condition}: Not now`);
      expect(thrown.retryAfterMs).toBeUndefined();
      expect(arrived()).toBe(0);
      await session.send(delivery('bob@example.com'), never());
    });
    expect(arrived()).toBe(1);
    expect(running.sandbox.xmpp.connected()).toBe(1);
  });

  it('has the new address of the recipient', async () => {
    running.sandbox.xmpp.fail({ at: 'message', error: { type: 'cancel', condition: 'gone', movedTo: 'xmpp:ann@example.org' } });
    expect((await rejection(sendTo(messenger(), 'ann@example.com'))).message).toContain('xmpp:ann@example.org');
  });

  it('with the type continue refuses nothing', async () => {
    running.sandbox.xmpp.fail({ at: 'message', error: { type: 'continue', condition: 'undefined-condition' } });
    await sendTo(messenger(), 'ann@example.com');
    expect(arrived()).toBe(1);
  });

  it('is about the message that it names, of many in flight', async () => {
    const addresses = Array.from({ length: 50 }, (_, index) => `r${index}@example.com`);
    const isBad = (address: string): boolean => /^r\d?[37]@/.test(address);
    running.sandbox.xmpp.fail({
      at: 'message',
      error: { type: 'cancel', condition: 'item-not-found' },
      to: isBad,
      times: Number.POSITIVE_INFINITY,
    });
    const results = await withSession(messenger(), (session) =>
      Promise.allSettled(addresses.map((address) => session.send(delivery(address), never()))),
    );
    expect(results.map(({ status }) => status === 'rejected')).toEqual(addresses.map(isBad));
    expect(running.sandbox.inbox.all().map(({ address }) => address)).toEqual(addresses.filter((address) => !isBad(address)));
  });
});

describe('a login', () => {
  it.each([
    'not-authorized',
    'account-disabled',
    'credentials-expired',
    'invalid-mechanism',
    'mechanism-too-weak',
    'malformed-request',
    'encryption-required',
  ])('that is refused with %s is a wrong configuration', async (sasl) => {
    running.sandbox.xmpp.fail({ at: 'auth', sasl, text: 'Not you' });
    const error = await rejection(messenger().open(never()));
    expect(error).toMatchObject({
      kind: 'configuration',
      code: 'xmpp_login_refused',
      message: expect.stringContaining(`${sasl} - Not you`),
    });
  });

  it('that the server cannot check now is tried again', async () => {
    running.sandbox.xmpp.fail({ at: 'auth', sasl: 'temporary-auth-failure' });
    expect(await rejection(messenger().open(never()))).toMatchObject({ kind: 'transient', code: 'xmpp_login_busy', sessionLost: true });
  });

  it.each([
    ['jid', 'nobody@localhost'],
    ['password', 'another-password'],
  ])('with another %s is a wrong configuration', async (name, value) => {
    const error = await rejection(xmpp({ ...running.sandbox.xmpp.options, [name]: value }).open(never()));
    expect(error).toMatchObject({ kind: 'configuration', code: 'xmpp_login_refused' });
  });

  it.each([
    [{ type: 'wait', condition: 'resource-constraint' }, 'transient', 'xmpp_login_busy'],
    [{ type: 'cancel', condition: 'internal-server-error' }, 'transient', 'xmpp_login_busy'],
    [{ type: 'cancel', condition: 'not-allowed' }, 'configuration', 'xmpp_login_refused'],
    [{ type: 'cancel', condition: 'conflict' }, 'configuration', 'xmpp_login_refused'],
  ] as const)('whose resource is refused with %j is %s', async (error, kind, code) => {
    running.sandbox.xmpp.fail({ at: 'bind', error });
    expect(await rejection(messenger().open(never()))).toMatchObject({ kind, code });
  });
});

const lasting = ['host-unknown', 'not-authorized', 'unsupported-version'];
/**
 * This error is about the messages or their rate. Before anything was sent, it is about the configuration.
 */
const blaming = 'policy-violation';
const passing = [
  'system-shutdown',
  'reset',
  'connection-timeout',
  'resource-constraint',
  'internal-server-error',
  'remote-connection-failed',
  'see-other-host',
  'not-well-formed',
  'undefined-condition',
];

describe('a stream error', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ...lasting.map((stream) => [stream, 'configuration', 'xmpp_stream_refused'] as const),
    ['conflict', 'configuration', 'xmpp_conflict'],
    ...passing.map((stream) => [stream, 'transient', 'xmpp_stream_ended'] as const),
  ];

  it.each([...cases, [blaming, 'configuration', 'xmpp_stream_refused'] as const])(
    '%s is %s while a session is opened',
    async (stream, kind, code) => {
      for (const at of ['connect', 'auth', 'bind'] as const) {
        running.sandbox.xmpp.fail({ at, stream, text: 'Goodbye' });
        const error = await rejection(messenger().open(never()));
        expect(error).toMatchObject({ kind, code, message: expect.stringContaining(stream) });
        if (kind === 'transient') expect(error).toMatchObject({ sessionLost: true });
      }
    },
  );

  it.each([...cases, [blaming, 'transient', 'xmpp_stream_ended'] as const])(
    '%s leaves the outcomes in flight unknown, and is %s for the next message',
    async (stream, kind, code) => {
      await withSession(messenger(), async (session) => {
        running.sandbox.xmpp.fail({ at: 'message', stream });
        const sent = ['ann@example.com', 'bob@example.com'].map((address) => rejection(session.send(delivery(address), never())));
        // A lasting error keeps the session. A new session could be let in, and end another one.
        for (const error of await Promise.all(sent)) {
          expect(error).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown', sessionLost: kind === 'transient' });
        }
        expect(await rejection(session.send(delivery('carl@example.com'), never()))).toMatchObject({ kind, code });
      });
      expect(arrived()).toBe(0);
    },
  );
});
