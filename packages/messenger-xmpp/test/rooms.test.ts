import { delivery, never, rejection, sandboxed, withSession } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { xmpp } from '../src/index.ts';
import { startRelay } from './relay.ts';

const running = sandboxed('xmpp');
const messenger = () => xmpp(running.sandbox.xmpp.options);
const room = 'team@conference.localhost';
const toRoom = (text: string, to = room) => delivery(to, { text, xmpp: { type: 'groupchat' } });
const texts = () => running.sandbox.inbox.all().map(({ text }) => text);

describe('a message to a room', () => {
  it('enters it first, once, and asks for nothing of what was said before', async () => {
    const { ca: _, ...options } = running.sandbox.xmpp.options;
    await using relay = await startRelay(running.sandbox.xmpp.ports.plain);
    await withSession(xmpp({ ...options, port: relay.port, tls: 'none' }), async (session) => {
      await Promise.all([session.send(toRoom('First'), never()), session.send(toRoom('Second'), never())]);
      await session.send(toRoom('Third'), never());
    });
    expect(texts()).toEqual(['First', 'Second', 'Third']);
    expect(running.sandbox.inbox.all()).toMatchObject(Array(3).fill({ address: room, headers: { type: 'groupchat' } }));
    expect(relay.heard().match(/<presence to="team@conference\.localhost\/sandbox"/g)).toHaveLength(1);
    expect(relay.heard()).toContain('<x xmlns="http://jabber.org/protocol/muc"><history maxstanzas="0"/></x>');
  });

  it('does not hold up what goes elsewhere', async () => {
    await withSession(messenger(), async (session) => {
      running.sandbox.xmpp.fail({ at: 'join', error: { type: 'auth', condition: 'registration-required' } });
      const refused = rejection(session.send(toRoom('To the room'), never()));
      await session.send(delivery('ann@example.com', { text: 'To Ann' }), never());
      expect(await refused).toMatchObject({ kind: 'permanent' });
    });
    expect(texts()).toEqual(['To Ann']);
  });

  it.each([
    [
      { type: 'auth', condition: 'registration-required' },
      { kind: 'permanent', code: 'xmpp_recipient_refused' },
    ],
    [
      { type: 'auth', condition: 'not-authorized' },
      { kind: 'permanent', code: 'xmpp_recipient_refused' },
    ],
    [
      { type: 'auth', condition: 'forbidden' },
      { kind: 'permanent', code: 'xmpp_recipient_refused' },
    ],
    [
      { type: 'cancel', condition: 'item-not-found' },
      { kind: 'permanent', code: 'xmpp_recipient_unknown' },
    ],
    [
      { type: 'wait', condition: 'service-unavailable' },
      { kind: 'transient', code: 'xmpp_recipient_busy' },
    ],
    [
      { type: 'wait', condition: 'resource-constraint' },
      { kind: 'transient', code: 'xmpp_limited', scope: 'address' },
    ],
  ] as const)('that does not let us in, with %j, is %j; and it knocks again', async (error, expected) => {
    running.sandbox.xmpp.fail({ at: 'join', error });
    await withSession(messenger(), async (session) => {
      const thrown = await rejection(session.send(toRoom('First'), never()));
      expect(thrown).toMatchObject({ ...expected, message: expect.stringContaining('The room answered') });
      await session.send(toRoom('Second'), never());
    });
    expect(texts()).toEqual(['Second']);
  });

  it('where somebody else has our name is entered by another', async () => {
    const { ca: _, ...options } = running.sandbox.xmpp.options;
    await using relay = await startRelay(running.sandbox.xmpp.ports.plain);
    running.sandbox.xmpp.fail({ at: 'join', error: { type: 'cancel', condition: 'conflict' }, times: 2 });
    await withSession(xmpp({ ...options, port: relay.port, tls: 'none' }), async (session) => {
      await Promise.all([session.send(toRoom('First'), never()), session.send(toRoom('Second'), never())]);
    });
    expect(relay.heard().match(/(?<=<presence to="team@conference\.localhost\/)[^"]+/g)).toEqual(['sandbox', 'sandbox-2', 'sandbox-3']);
    expect(texts()).toEqual(['First', 'Second']);
  });

  it('is refused by the room alone, and by nobody who is in it', async () => {
    const { ca: _, ...options } = running.sandbox.xmpp.options;
    await using relay = await startRelay(running.sandbox.xmpp.ports.plain);
    await withSession(xmpp({ ...options, port: relay.port, tls: 'none' }), async (session) => {
      running.sandbox.xmpp.fail({ at: 'join', delayMs: 50 });
      running.sandbox.xmpp.fail({ at: 'answer', delayMs: 50, times: 2 });
      const sending = session.send(toRoom('First'), never());
      await vi.waitUntil(() => relay.heard().includes('<presence'));
      const error = "<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
      relay.say(`<presence type='error' from='${room}/Eve'>${error}</presence>`);
      await vi.waitUntil(() => relay.heard().includes('<message'));
      const [, id = ''] = /<message [^>]*id="(\S+)"/.exec(relay.heard()) ?? [];
      relay.say(`<message type='error' from='${room}/Eve' id='${id}'>${error}</message>`);
      await sending;
    });
    expect(texts()).toEqual(['First']);
  });

  it('where every name is taken is refused in the end', async () => {
    running.sandbox.xmpp.fail({ at: 'join', error: { type: 'cancel', condition: 'conflict' }, times: 5 });
    await withSession(messenger(), async (session) => {
      const error = await rejection(session.send(toRoom('First'), never()));
      expect(error).toMatchObject({ kind: 'permanent', code: 'xmpp_nickname_taken', message: expect.stringContaining('sandbox-5') });
      await session.send(toRoom('Second'), never());
    });
    expect(texts()).toEqual(['Second']);
  });

  it('that is not there makes none', async () => {
    running.sandbox.xmpp.remove(room);
    await withSession(messenger(), async (session) => {
      const error = await rejection(session.send(toRoom('Is anybody there?'), never()));
      expect(error).toMatchObject({ kind: 'permanent', code: 'xmpp_recipient_unknown', recipientGone: true });
    });
    expect(texts()).toEqual([]);
  });

  it('that has put us out enters it again', async () => {
    await withSession(messenger(), async (session) => {
      await session.send(toRoom('First'), never());
      running.sandbox.xmpp.kick(room);
      await session.send(delivery('ann@example.com', { text: 'Meanwhile' }), never());
      await session.send(toRoom('Second'), never());
    });
    expect(texts()).toEqual(['First', 'Meanwhile', 'Second']);
  });

  it('that has forgotten us is tried again, and enters it anew', async () => {
    await withSession(messenger(), async (session) => {
      await session.send(toRoom('First'), never());
      const error = { type: 'modify', condition: 'not-acceptable' } as const;
      running.sandbox.xmpp.fail({ at: 'message', error });
      expect(await rejection(session.send(toRoom('Lost'), never()))).toMatchObject({ kind: 'transient', code: 'xmpp_room_left' });
      running.sandbox.xmpp.fail({ at: 'join', error: { type: 'auth', condition: 'forbidden' } });
      expect(await rejection(session.send(toRoom('Second'), never()))).toMatchObject({ kind: 'permanent' });
    });
    expect(texts()).toEqual(['First']);
  });

  it('that says nothing is left waiting when the send is aborted; nothing was sent', async () => {
    await withSession(messenger(), async (session) => {
      running.sandbox.xmpp.fail({ at: 'join', silent: true });
      const stop = new AbortController();
      const waiting = rejection(session.send(toRoom('First'), { signal: stop.signal }));
      const other = rejection(session.send(toRoom('Second'), never()));
      stop.abort();
      expect(await waiting).toMatchObject({ kind: 'transient', code: 'xmpp_aborted' });
      await session.close?.();
      // Whoever waits with somebody who gives up goes on waiting.
      expect(await other).toMatchObject({ kind: 'transient', sessionLost: true });
    });
  });

  it('that has not answered somebody who gave up is asked again by the next one', async () => {
    await withSession(messenger(), async (session) => {
      // An error that refuses nothing is no answer.
      running.sandbox.xmpp.fail({ at: 'join', error: { type: 'continue', condition: 'undefined-condition' } });
      const stop = new AbortController();
      const waiting = rejection(session.send(toRoom('First'), { signal: stop.signal }));
      await session.send(delivery('ann@example.com', { text: 'Meanwhile' }), never());
      stop.abort();
      // The server has answered what was asked behind it.
      const error = await waiting;
      expect(error).toMatchObject({ kind: 'transient', code: 'xmpp_room_silent', sessionLost: false });
      expect(error.message).toContain('The room did not answer');
      await session.send(toRoom('Second'), never());
    });
    expect(texts()).toEqual(['Meanwhile', 'Second']);
  });

  it('that is gone again, and was left, can be entered when somebody has made it', async () => {
    running.sandbox.xmpp.remove(room);
    await withSession(messenger(), async (session) => {
      const first = rejection(session.send(toRoom('First'), never()));
      expect(await first).toMatchObject({ recipientGone: true });
      // What the server says to the goodbye comes after the next knock.
      await session.send(toRoom('Second'), never());
    });
    expect(texts()).toEqual(['Second']);
  });

  it('that is lost on the way in was not sent', async () => {
    running.sandbox.xmpp.fail({ at: 'join', drop: true });
    await withSession(messenger(), async (session) => {
      const sends = [toRoom('First'), toRoom('Second')].map((to) => rejection(session.send(to, never())));
      for (const error of await Promise.all(sends)) {
        expect(error).toMatchObject({ kind: 'transient', code: 'xmpp_connection', sessionLost: true });
        expect(error.message).toBe('The connection was lost before the message was written: the connection was closed.');
      }
    });
    await vi.waitUntil(() => running.sandbox.xmpp.emulator.connections() === 0);
  });

  it('goes to no one in the room', async () => {
    await withSession(messenger(), async (session) => {
      const error = await rejection(session.send(toRoom('Psst', `${room}/Ann`), never()));
      expect(error).toMatchObject({ kind: 'permanent', code: 'xmpp_content', message: expect.stringContaining('`xmpp.type`') });
    });
  });
});
