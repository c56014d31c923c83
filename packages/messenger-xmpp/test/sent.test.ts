import { randomUUID } from 'node:crypto';
import { delivery, never, rejection, sandboxed, withSession } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { xmpp } from '../src/index.ts';
import { type RecordingRelay, startRecordingRelay } from './recording-relay.ts';

const running = sandboxed('xmpp');
/** Makes a messenger without TLS, so that the relay can read and write. */
const over = (relay: RecordingRelay) => {
  const { ca: _, ...rest } = running.sandbox.xmpp.options;
  return xmpp({ ...rest, port: relay.port, tls: 'none' });
};
const plainRelay = (edit?: (text: string) => string) => startRecordingRelay(running.sandbox.xmpp.ports.plain, edit);
const withoutManagement = (text: string): string => text.replace("<sm xmlns='urn:xmpp:sm:3'></sm>", '');
const forbidden = "<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
const always = Number.POSITIVE_INFINITY;

/** Returns the state of a send, without waiting for it. */
function watched(sending: Promise<unknown>): { state: 'open' | 'sent' | 'failed' } {
  const seen: ReturnType<typeof watched> = { state: 'open' };
  sending.then(
    () => Object.assign(seen, { state: 'sent' }),
    () => Object.assign(seen, { state: 'failed' }),
  );
  return seen;
}
const pings = (heard: string): readonly string[] =>
  [...heard.matchAll(/<iq type="get" to="localhost" id="(\S+)"/g)].map(([, id = '']) => id);

describe('a message to a person counts as sent', () => {
  it('when the server has taken it, and has answered a ping after that', async () => {
    await using relay = await plainRelay();
    await withSession(over(relay), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', silent: true, times: always });
      const sending = session.send(delivery('ann@example.com', { text: 'First' }), never());
      const seen = watched(sending);
      await running.sandbox.inbox.waitFor(1);
      await vi.waitUntil(() => relay.recorded().includes('<r '));
      // A wrong count acknowledges nothing.
      for (const h of ['0', '2', '-1', 'NaN', '']) relay.inject(`<a xmlns='urn:xmpp:sm:3' h='${h}'/>`);
      relay.inject("<a xmlns='urn:xmpp:sm:3'/>");
      expect(pings(relay.recorded())).toHaveLength(0);
      relay.inject("<a xmlns='urn:xmpp:sm:3' h='1'/>");
      await vi.waitUntil(() => pings(relay.recorded()).length === 1);
      expect(seen.state).toBe('open');
      relay.inject(`<iq type='result' id='${pings(relay.recorded())[0]}'/>`);
      await sending;
    });
  });

  it('without stream management, when the server has answered a ping after it, and another one', async () => {
    await using relay = await plainRelay(withoutManagement);
    await withSession(over(relay), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', silent: true, times: always });
      const sending = session.send(delivery('ann@example.com', { text: 'First' }), never());
      const seen = watched(sending);
      await running.sandbox.inbox.waitFor(1);
      for (const count of [1, 2]) {
        await vi.waitUntil(() => pings(relay.recorded()).length === count);
        expect(seen.state).toBe('open');
        relay.inject(`<iq type='result' id='${pings(relay.recorded()).at(-1)}'/>`);
      }
      await sending;
      expect(relay.recorded()).not.toContain('urn:xmpp:sm:3');
    });
  });

  it.each([
    ['refuses it', "<failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"],
    ['refuses it without a reason', "<failed xmlns='urn:xmpp:sm:3'/>"],
  ])('as without stream management, when the server %s', async (_, failed) => {
    await using relay = await plainRelay((text) => text.replace(/<enabled .*<\/enabled>/, failed));
    await withSession(over(relay), async (session) => {
      await session.send(delivery('ann@example.com'), never());
      expect(relay.recorded()).toContain('<enable ');
      expect(relay.recorded()).not.toContain('<r ');
    });
  });

  it('only by its own answer, and not by that for a later message', async () => {
    await using relay = await plainRelay(withoutManagement);
    await withSession(over(relay), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const sending = session.send(delivery('ann@example.com', { text: 'First' }), never());
      const seen = watched(sending);
      await running.sandbox.inbox.waitFor(1);
      await session.send(delivery('ann@example.com', { text: 'Second' }), never());
      expect(seen.state).toBe('open');
      const lost = rejection(sending);
      await session.close?.();
      expect(await lost).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown' });
    });
  });

  it('even when the server refuses the ping', async () => {
    await using relay = await plainRelay();
    await withSession(over(relay), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', delayMs: 0 });
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const sending = session.send(delivery('ann@example.com'), never());
      await vi.waitUntil(() => pings(relay.recorded()).length === 1);
      relay.inject(
        `<iq type='error' id='${pings(relay.recorded())[0]}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
      );
      await sending;
    });
  });

  it('when the server answers, and not when somebody else guesses the id', async () => {
    await using relay = await plainRelay();
    await withSession(over(relay), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', delayMs: 0 });
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const sending = session.send(delivery('ann@example.com'), never());
      const seen = watched(sending);
      await vi.waitUntil(() => pings(relay.recorded()).length === 1);
      const [id = ''] = pings(relay.recorded());
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      for (const from of ['eve@example.com/x', 'localhost.example.com', 'eve@localhost', 'ann@example.com']) {
        relay.inject(`<iq type='result' from='${from}' id='${id}'/>`);
      }
      await session.send(delivery('ann@example.com'), never());
      expect(seen.state).toBe('open');
      const [own = ''] = running.sandbox.xmpp.clients();
      relay.inject(`<iq type='result' from='${own}' id='${id}'/>`);
      await sending;
    });
  });

  it('unless a server or the recipient refuses it, and not when somebody else with its id does', async () => {
    await using relay = await plainRelay();
    await withSession(over(relay), async (session) => {
      const refuseFrom = async (from: string) => {
        running.sandbox.xmpp.fail({ at: 'answer', delayMs: 50 });
        const sent = delivery('ann@example.com/phone');
        const sending = session.send(sent, never()).then(
          () => 'sent',
          () => 'refused',
        );
        await vi.waitUntil(() => relay.recorded().includes(sent.id));
        relay.inject(`<message type='error' from='${from}' id='${sent.id}'>${forbidden}</message>`);
        return sending;
      };
      for (const from of ['eve@example.com', 'example.org', 'eve@localhost', 'ann@example.com/laptop'])
        expect([from, await refuseFrom(from)]).toEqual([from, 'sent']);
      for (const from of ['ann@example.com/phone', 'Ann@example.com', 'example.com', 'localhost', 'sandbox@localhost']) {
        expect([from, await refuseFrom(from)]).toEqual([from, 'refused']);
      }
    });
  });

  it.each([
    ['with stream management', undefined],
    ['without', withoutManagement],
  ])('but not when a refusal comes after the first answer, as at ejabberd; %s', async (_, edit) => {
    await using relay = await plainRelay(edit);
    await withSession(over(relay), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', delayMs: 0 });
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const sent = delivery('ann@example.com');
      const refused = rejection(session.send(sent, never()));
      await vi.waitUntil(() => pings(relay.recorded()).length === (edit ? 2 : 1));
      relay.inject(`<message type='error' from='ann@example.com' id='${sent.id}'>${forbidden}</message>`);
      expect(await refused).toMatchObject({ kind: 'permanent', code: 'xmpp_recipient_refused' });
      running.sandbox.xmpp.heal();
      await session.send(delivery('ann@example.com'), never());
    });
  });

  it.each([
    ['with stream management', undefined],
    ['without', withoutManagement],
  ])('when the connection breaks after the server has taken it; %s', async (_, edit) => {
    await using relay = await plainRelay(edit);
    await withSession(over(relay), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', delayMs: 0 });
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const sending = session.send(delivery('ann@example.com'), never());
      await vi.waitUntil(() => pings(relay.recorded()).length === (edit ? 2 : 1));
      relay.cut();
      await sending;
    });
  });

  it('and stays sent when a refusal comes later', async () => {
    running.sandbox.xmpp.fail({ at: 'taken', error: { type: 'cancel', condition: 'item-not-found' } });
    await withSession(xmpp(running.sandbox.xmpp.options), async (session) => {
      expect(await rejection(session.send(delivery('ann@example.com'), never()))).toMatchObject({ kind: 'permanent' });
      await session.send(delivery('ann@example.com'), never());
    });
  });
});

describe('a message to a room counts as sent', () => {
  const room = 'team@conference.localhost';
  const toRoom = (text: string) => delivery(room, { text, xmpp: { type: 'groupchat' } });
  /** Removes the messages of rooms. */
  const removeGroupchat = (text: string): string => text.replaceAll(/<message [^>]*type='groupchat'.*?<\/message>/g, '');
  const reflection = (from: string, inside: string, attributes = ''): string =>
    `<message type='groupchat' from='${from}' ${attributes}>${inside}</message>`;

  async function inRoom(act: (relay: RecordingRelay, send: (text: string) => { id: string; sending: Promise<unknown> }) => Promise<void>) {
    await using relay = await plainRelay(removeGroupchat);
    await withSession(over(relay), (session) =>
      act(relay, (text) => {
        const sent = toRoom(text);
        return { id: sent.id, sending: session.send(sent, never()) };
      }),
    );
  }
  /** Waits until the server has taken everything. */
  const taken = async (relay: RecordingRelay, count: number) => {
    await running.sandbox.inbox.waitFor(count);
    const id = randomUUID();
    relay.inject(`<iq type='get' id='${id}' from='eve@example.com'><ping xmlns='urn:xmpp:ping'/></iq>`);
    await vi.waitUntil(() => relay.recorded().includes(`id="${id}"`));
  };

  it('when the room shows it in our name, and not when the server has taken it', async () => {
    await inRoom(async (relay, send) => {
      const { id, sending } = send('Hello');
      const seen = watched(sending);
      await taken(relay, 1);
      relay.inject(reflection(`${room}/Eve`, '<body>Hello</body>', `id='${id}'`));
      relay.inject(reflection(room, '<body>Hello</body>', `id='${id}'`));
      relay.inject(reflection('another@conference.localhost/sandbox', '<body>Hello</body>', `id='${id}'`));
      relay.inject(
        reflection(`${room}/sandbox`, `<body>Hello</body><origin-id xmlns='urn:xmpp:sid:0' id='of another session'/>`, "id='other'"),
      );
      relay.inject(reflection(`${room}/sandbox`, '<body>Something else</body>', "id='other'"));
      await taken(relay, 1);
      expect(seen.state).toBe('open');
      relay.inject(reflection(`${room}/sandbox`, '<body>Hello</body>', `id='${id}'`));
      await sending;
    });
  });

  it('even when the room gives it another id', async () => {
    await inRoom(async (relay, send) => {
      const [first, second, third] = [send('Hello'), send('Hello'), send('Hello')];
      await taken(relay, 3);
      relay.inject(reflection(`${room}/sandbox`, `<body>Hello</body><origin-id xmlns='urn:xmpp:sid:0' id='${second.id}'/>`, "id='other'"));
      await second.sending;
      const seen = watched(third.sending);
      relay.inject(reflection(`${room}/sandbox`, '<body>Hello</body>', "id='another'"));
      await first.sending;
      expect(seen.state).toBe('open');
      relay.inject(reflection(`${room}/sandbox`, '<body>Hello</body>'));
      await third.sending;
    });
  });

  it('but not when the room refuses it after the server has taken it, as at ejabberd', async () => {
    await inRoom(async (relay, send) => {
      const { id, sending } = send('Hello');
      const refused = rejection(sending);
      await taken(relay, 1);
      relay.inject(`<message type='error' from='${room}' id='${id}'>${forbidden}</message>`);
      expect(await refused).toMatchObject({ kind: 'permanent', code: 'xmpp_recipient_refused' });
    });
  });

  it('but not when the connection breaks before the room shows it', async () => {
    await inRoom(async (relay, send) => {
      const unknown = rejection(send('Hello').sending);
      await taken(relay, 1);
      relay.cut();
      expect(await unknown).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown', sessionLost: true });
    });
  });

  it('but not when the room never shows it; the session still works', async () => {
    await using relay = await plainRelay(removeGroupchat);
    await withSession(over(relay), async (session) => {
      const stop = new AbortController();
      const unknown = rejection(session.send(toRoom('Hello'), { signal: stop.signal }));
      await taken(relay, 1);
      stop.abort();
      const error = await unknown;
      expect(error).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown', sessionLost: false });
      expect(error.message).toContain('before the room showed the message');
      await session.send(delivery('ann@example.com'), never());
    });
  });
});

describe('stream management', () => {
  it('tells the server how many stanzas have come, when the server asks and at the end', async () => {
    await using relay = await plainRelay();
    const ask = "<r xmlns='urn:xmpp:sm:3'/>";
    const session = await over(relay).open(never());
    relay.inject(`<message/><presence/>${ask}<message/>${ask}`);
    await vi.waitUntil(() => relay.recorded().includes('<a xmlns="urn:xmpp:sm:3" h="3"/>'));
    expect(relay.recorded()).toContain('<a xmlns="urn:xmpp:sm:3" h="2"/>');
    relay.inject('<message/>');
    await session.send(delivery('ann@example.com'), never());
    await session.close?.();
    // The answer to the ping is a stanza as well.
    expect(relay.recorded()).toMatch(/<a xmlns="urn:xmpp:sm:3" h="5"\/><\/stream:stream>$/);
  });

  it('counts the answers to other clients, as the server does', async () => {
    await using relay = await plainRelay();
    await withSession(over(relay), async (session) => {
      relay.inject("<iq type='get' id='q1' from='eve@example.com'><ping xmlns='urn:xmpp:ping'/></iq>");
      await vi.waitUntil(() => relay.recorded().includes('id="q1"'));
      for (let round = 0; round < 3; round += 1) await session.send(delivery('ann@example.com'), never());
    });
    expect(running.sandbox.inbox.all()).toHaveLength(3);
  });

  it('asks for no resumption, and is not used when it is not offered', async () => {
    await using relay = await plainRelay();
    await withSession(over(relay), async () => expect(relay.recorded()).toContain('<enable xmlns="urn:xmpp:sm:3"/>'));
    await using other = await plainRelay(withoutManagement);
    await withSession(over(other), async (session) => {
      other.inject("<a xmlns='urn:xmpp:sm:3' h='9'/><r xmlns='urn:xmpp:sm:3'/>");
      await session.send(delivery('ann@example.com'), never());
      expect(other.recorded()).not.toContain('urn:xmpp:sm:3');
    });
  });
});
