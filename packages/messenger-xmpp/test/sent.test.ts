import { randomUUID } from 'node:crypto';
import { delivery, never, rejection, sandboxed, withSession } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { xmpp } from '../src/index.ts';
import { type Relay, startRelay } from './relay.ts';

const running = sandboxed('xmpp');
/** In clear, so that a relay can read and write. */
const over = (relay: Relay) => {
  const { ca: _, ...rest } = running.sandbox.xmpp.options;
  return xmpp({ ...rest, port: relay.port, tls: 'none' });
};
const relay = (edit?: (text: string) => string) => startRelay(running.sandbox.xmpp.ports.plain, edit);
const withoutManagement = (text: string): string => text.replace("<sm xmlns='urn:xmpp:sm:3'></sm>", '');
const forbidden = "<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
const always = Number.POSITIVE_INFINITY;

/** Tells how it stands, without waiting for it. */
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
    await using line = await relay();
    await withSession(over(line), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', silent: true, times: always });
      const sending = session.send(delivery('ann@example.com', { text: 'First' }), never());
      const seen = watched(sending);
      await running.sandbox.inbox.waitFor(1);
      await vi.waitUntil(() => line.heard().includes('<r '));
      // A count of too little or too much says nothing.
      for (const h of ['0', '2', '-1', 'NaN', '']) line.say(`<a xmlns='urn:xmpp:sm:3' h='${h}'/>`);
      line.say("<a xmlns='urn:xmpp:sm:3'/>");
      expect(pings(line.heard())).toHaveLength(0);
      line.say("<a xmlns='urn:xmpp:sm:3' h='1'/>");
      await vi.waitUntil(() => pings(line.heard()).length === 1);
      expect(seen.state).toBe('open');
      line.say(`<iq type='result' id='${pings(line.heard())[0]}'/>`);
      await sending;
    });
  });

  it('without stream management, when the server has answered a ping behind it, and another one', async () => {
    await using line = await relay(withoutManagement);
    await withSession(over(line), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', silent: true, times: always });
      const sending = session.send(delivery('ann@example.com', { text: 'First' }), never());
      const seen = watched(sending);
      await running.sandbox.inbox.waitFor(1);
      for (const count of [1, 2]) {
        await vi.waitUntil(() => pings(line.heard()).length === count);
        expect(seen.state).toBe('open');
        line.say(`<iq type='result' id='${pings(line.heard()).at(-1)}'/>`);
      }
      await sending;
      expect(line.heard()).not.toContain('urn:xmpp:sm:3');
    });
  });

  it.each([
    ['refuses it', "<failed xmlns='urn:xmpp:sm:3'><unexpected-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"],
    ['refuses it shortly', "<failed xmlns='urn:xmpp:sm:3'/>"],
  ])('as without stream management, where the server %s', async (_, failed) => {
    await using line = await relay((text) => text.replace(/<enabled .*<\/enabled>/, failed));
    await withSession(over(line), async (session) => {
      await session.send(delivery('ann@example.com'), never());
      expect(line.heard()).toContain('<enable ');
      expect(line.heard()).not.toContain('<r ');
    });
  });

  it('each by its own answer: one for a later message is none for an earlier one', async () => {
    await using line = await relay(withoutManagement);
    await withSession(over(line), async (session) => {
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

  it('also when the server refuses to be asked', async () => {
    await using line = await relay();
    await withSession(over(line), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', delayMs: 0 });
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const sending = session.send(delivery('ann@example.com'), never());
      await vi.waitUntil(() => pings(line.heard()).length === 1);
      line.say(
        `<iq type='error' id='${pings(line.heard())[0]}'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`,
      );
      await sending;
    });
  });

  it('when the server says so, and not somebody else who guesses', async () => {
    await using line = await relay();
    await withSession(over(line), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', delayMs: 0 });
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const sending = session.send(delivery('ann@example.com'), never());
      const seen = watched(sending);
      await vi.waitUntil(() => pings(line.heard()).length === 1);
      const [id = ''] = pings(line.heard());
      expect(id).toMatch(/^[0-9a-f-]{36}$/);
      for (const from of ['eve@example.com/x', 'localhost.example.com', 'eve@localhost', 'ann@example.com']) {
        line.say(`<iq type='result' from='${from}' id='${id}'/>`);
      }
      await session.send(delivery('ann@example.com'), never());
      expect(seen.state).toBe('open');
      const [own = ''] = running.sandbox.xmpp.clients();
      line.say(`<iq type='result' from='${own}' id='${id}'/>`);
      await sending;
    });
  });

  it('unless the server or whom it was for refuses it, and not somebody else who has seen its id', async () => {
    await using line = await relay();
    await withSession(over(line), async (session) => {
      const refuseFrom = async (from: string) => {
        running.sandbox.xmpp.fail({ at: 'answer', delayMs: 50 });
        const sent = delivery('ann@example.com/phone');
        const sending = session.send(sent, never()).then(
          () => 'sent',
          () => 'refused',
        );
        await vi.waitUntil(() => line.heard().includes(sent.id));
        line.say(`<message type='error' from='${from}' id='${sent.id}'>${forbidden}</message>`);
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
  ])('not when a refusal comes after the first answer, as at ejabberd; %s', async (_, edit) => {
    await using line = await relay(edit);
    await withSession(over(line), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', delayMs: 0 });
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const sent = delivery('ann@example.com');
      const refused = rejection(session.send(sent, never()));
      await vi.waitUntil(() => pings(line.heard()).length === (edit ? 2 : 1));
      line.say(`<message type='error' from='ann@example.com' id='${sent.id}'>${forbidden}</message>`);
      expect(await refused).toMatchObject({ kind: 'permanent', code: 'xmpp_recipient_refused' });
      running.sandbox.xmpp.heal();
      await session.send(delivery('ann@example.com'), never());
    });
  });

  it.each([
    ['with stream management', undefined],
    ['without', withoutManagement],
  ])('when the line breaks after the server has taken it; %s', async (_, edit) => {
    await using line = await relay(edit);
    await withSession(over(line), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', delayMs: 0 });
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const sending = session.send(delivery('ann@example.com'), never());
      await vi.waitUntil(() => pings(line.heard()).length === (edit ? 2 : 1));
      line.cut();
      await sending;
    });
  });

  it('and stays so when somebody says later that it did not arrive', async () => {
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
  /** The room keeps to itself what is said there. */
  const hush = (text: string): string => text.replaceAll(/<message [^>]*type='groupchat'.*?<\/message>/g, '');
  const show = (from: string, inside: string, attributes = ''): string =>
    `<message type='groupchat' from='${from}' ${attributes}>${inside}</message>`;

  async function inRoom(act: (line: Relay, send: (text: string) => { id: string; sending: Promise<unknown> }) => Promise<void>) {
    await using line = await relay(hush);
    await withSession(over(line), (session) =>
      act(line, (text) => {
        const sent = toRoom(text);
        return { id: sent.id, sending: session.send(sent, never()) };
      }),
    );
  }
  /** The server has taken everything. */
  const taken = async (line: Relay, count: number) => {
    await running.sandbox.inbox.waitFor(count);
    const id = randomUUID();
    line.say(`<iq type='get' id='${id}' from='eve@example.com'><ping xmlns='urn:xmpp:ping'/></iq>`);
    await vi.waitUntil(() => line.heard().includes(`id="${id}"`));
  };

  it('when the room shows it in our name, and not when the server has answered', async () => {
    await inRoom(async (line, send) => {
      const { id, sending } = send('Hello');
      const seen = watched(sending);
      await taken(line, 1);
      line.say(show(`${room}/Eve`, '<body>Hello</body>', `id='${id}'`));
      line.say(show(room, '<body>Hello</body>', `id='${id}'`));
      line.say(show('another@conference.localhost/sandbox', '<body>Hello</body>', `id='${id}'`));
      line.say(show(`${room}/sandbox`, `<body>Hello</body><origin-id xmlns='urn:xmpp:sid:0' id='of another session'/>`, "id='other'"));
      line.say(show(`${room}/sandbox`, '<body>Something else</body>', "id='other'"));
      await taken(line, 1);
      expect(seen.state).toBe('open');
      line.say(show(`${room}/sandbox`, '<body>Hello</body>', `id='${id}'`));
      await sending;
    });
  });

  it('also when the room gives it another id', async () => {
    await inRoom(async (line, send) => {
      const [first, second, third] = [send('Hello'), send('Hello'), send('Hello')];
      await taken(line, 3);
      line.say(show(`${room}/sandbox`, `<body>Hello</body><origin-id xmlns='urn:xmpp:sid:0' id='${second.id}'/>`, "id='other'"));
      await second.sending;
      const seen = watched(third.sending);
      line.say(show(`${room}/sandbox`, '<body>Hello</body>', "id='another'"));
      await first.sending;
      expect(seen.state).toBe('open');
      line.say(show(`${room}/sandbox`, '<body>Hello</body>'));
      await third.sending;
    });
  });

  it('not when the room refuses it after the server has answered, as at ejabberd', async () => {
    await inRoom(async (line, send) => {
      const { id, sending } = send('Hello');
      const refused = rejection(sending);
      await taken(line, 1);
      line.say(`<message type='error' from='${room}' id='${id}'>${forbidden}</message>`);
      expect(await refused).toMatchObject({ kind: 'permanent', code: 'xmpp_recipient_refused' });
    });
  });

  it('not when the line breaks before the room shows it', async () => {
    await inRoom(async (line, send) => {
      const unknown = rejection(send('Hello').sending);
      await taken(line, 1);
      line.cut();
      expect(await unknown).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown', sessionLost: true });
    });
  });

  it('not when the room never shows it; the session is as good as before', async () => {
    await using line = await relay(hush);
    await withSession(over(line), async (session) => {
      const stop = new AbortController();
      const unknown = rejection(session.send(toRoom('Hello'), { signal: stop.signal }));
      await taken(line, 1);
      stop.abort();
      const error = await unknown;
      expect(error).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown', sessionLost: false });
      expect(error.message).toContain('before the room showed the message');
      await session.send(delivery('ann@example.com'), never());
    });
  });
});

describe('stream management', () => {
  it('tells the server how many stanzas have come, when it asks and at the end', async () => {
    await using line = await relay();
    const ask = "<r xmlns='urn:xmpp:sm:3'/>";
    const session = await over(line).open(never());
    line.say(`<message/><presence/>${ask}<message/>${ask}`);
    await vi.waitUntil(() => line.heard().includes('<a xmlns="urn:xmpp:sm:3" h="3"/>'));
    expect(line.heard()).toContain('<a xmlns="urn:xmpp:sm:3" h="2"/>');
    line.say('<message/>');
    await session.send(delivery('ann@example.com'), never());
    await session.close?.();
    // The answer to the ping is a stanza as well.
    expect(line.heard()).toMatch(/<a xmlns="urn:xmpp:sm:3" h="5"\/><\/stream:stream>$/);
  });

  it('counts what this side answers to others, as the server does', async () => {
    await using line = await relay();
    await withSession(over(line), async (session) => {
      line.say("<iq type='get' id='q1' from='eve@example.com'><ping xmlns='urn:xmpp:ping'/></iq>");
      await vi.waitUntil(() => line.heard().includes('id="q1"'));
      for (let round = 0; round < 3; round += 1) await session.send(delivery('ann@example.com'), never());
    });
    expect(running.sandbox.inbox.all()).toHaveLength(3);
  });

  it('asks for no session that waits for us, and is not spoken where it is not offered', async () => {
    await using line = await relay();
    await withSession(over(line), async () => expect(line.heard()).toContain('<enable xmlns="urn:xmpp:sm:3"/>'));
    await using other = await relay(withoutManagement);
    await withSession(over(other), async (session) => {
      other.say("<a xmlns='urn:xmpp:sm:3' h='9'/><r xmlns='urn:xmpp:sm:3'/>");
      await session.send(delivery('ann@example.com'), never());
      expect(other.heard()).not.toContain('urn:xmpp:sm:3');
    });
  });
});
