import { delivery, never, rejection, sandboxed, withSession } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { xmpp } from '../src/index.ts';
import { startRecordingRelay } from './recording-relay.ts';

const running = sandboxed('xmpp');
const messenger = () => xmpp(running.sandbox.xmpp.options);
const room = 'team@conference.localhost';
const toRoom = (text: string, to = room) => delivery(to, { text, xmpp: { type: 'groupchat' } });
const texts = () => running.sandbox.inbox.all().map(({ text }) => text);

describe('a message to a room', () => {
  it('joins it first, once, and asks for no history', async () => {
    const { ca: _, ...options } = running.sandbox.xmpp.options;
    await using relay = await startRecordingRelay(running.sandbox.xmpp.ports.plain);
    await withSession(xmpp({ ...options, port: relay.port, tls: 'none' }), async (session) => {
      await Promise.all([session.send(toRoom('First'), never()), session.send(toRoom('Second'), never())]);
      await session.send(toRoom('Third'), never());
    });
    expect(texts()).toEqual(['First', 'Second', 'Third']);
    expect(running.sandbox.inbox.all()).toMatchObject(Array(3).fill({ address: room, headers: { type: 'groupchat' } }));
    expect(relay.recorded().match(/<presence to="team@conference\.localhost\/sandbox"/g)).toHaveLength(1);
    expect(relay.recorded()).toContain('<x xmlns="http://jabber.org/protocol/muc"><history maxstanzas="0"/></x>');
  });

  it('does not delay other messages', async () => {
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
  ] as const)('that does not let us in, with %j, is %j; and the next message joins again', async (error, expected) => {
    running.sandbox.xmpp.fail({ at: 'join', error });
    await withSession(messenger(), async (session) => {
      const thrown = await rejection(session.send(toRoom('First'), never()));
      expect(thrown).toMatchObject({ ...expected, message: expect.stringContaining('The room answered') });
      await session.send(toRoom('Second'), never());
    });
    expect(texts()).toEqual(['Second']);
  });

  it('where somebody else has our name is joined by another name', async () => {
    const { ca: _, ...options } = running.sandbox.xmpp.options;
    await using relay = await startRecordingRelay(running.sandbox.xmpp.ports.plain);
    running.sandbox.xmpp.fail({ at: 'join', error: { type: 'cancel', condition: 'conflict' }, times: 2 });
    await withSession(xmpp({ ...options, port: relay.port, tls: 'none' }), async (session) => {
      await Promise.all([session.send(toRoom('First'), never()), session.send(toRoom('Second'), never())]);
    });
    expect(relay.recorded().match(/(?<=<presence to="team@conference\.localhost\/)[^"]+/g)).toEqual(['sandbox', 'sandbox-2', 'sandbox-3']);
    expect(texts()).toEqual(['First', 'Second']);
  });

  it('is refused only by the room, and by nobody in it', async () => {
    const { ca: _, ...options } = running.sandbox.xmpp.options;
    await using relay = await startRecordingRelay(running.sandbox.xmpp.ports.plain);
    await withSession(xmpp({ ...options, port: relay.port, tls: 'none' }), async (session) => {
      running.sandbox.xmpp.fail({ at: 'join', delayMs: 50 });
      running.sandbox.xmpp.fail({ at: 'answer', delayMs: 50, times: 2 });
      const sending = session.send(toRoom('First'), never());
      await vi.waitUntil(() => relay.recorded().includes('<presence'));
      const error = "<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
      relay.inject(`<presence type='error' from='${room}/Eve'>${error}</presence>`);
      await vi.waitUntil(() => relay.recorded().includes('<message'));
      const [, id = ''] = /<message [^>]*id="(\S+)"/.exec(relay.recorded()) ?? [];
      relay.inject(`<message type='error' from='${room}/Eve' id='${id}'>${error}</message>`);
      await sending;
    });
    expect(texts()).toEqual(['First']);
  });

  it('where every name is taken is refused', async () => {
    running.sandbox.xmpp.fail({ at: 'join', error: { type: 'cancel', condition: 'conflict' }, times: 5 });
    await withSession(messenger(), async (session) => {
      const error = await rejection(session.send(toRoom('First'), never()));
      expect(error).toMatchObject({ kind: 'permanent', code: 'xmpp_nickname_taken', message: expect.stringContaining('sandbox-5') });
      await session.send(toRoom('Second'), never());
    });
    expect(texts()).toEqual(['Second']);
  });

  it('that does not exist does not create it', async () => {
    running.sandbox.xmpp.remove(room);
    await withSession(messenger(), async (session) => {
      const error = await rejection(session.send(toRoom('Is anybody there?'), never()));
      expect(error).toMatchObject({ kind: 'permanent', code: 'xmpp_recipient_unknown', recipientGone: true });
    });
    expect(texts()).toEqual([]);
  });

  it('that has removed us joins it again', async () => {
    await withSession(messenger(), async (session) => {
      await session.send(toRoom('First'), never());
      running.sandbox.xmpp.kick(room);
      await session.send(delivery('ann@example.com', { text: 'Meanwhile' }), never());
      await session.send(toRoom('Second'), never());
    });
    expect(texts()).toEqual(['First', 'Meanwhile', 'Second']);
  });

  it('that has forgotten us is tried again, and joins it again', async () => {
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

  it('that says nothing stops waiting when the send is aborted, and nothing was sent', async () => {
    await withSession(messenger(), async (session) => {
      running.sandbox.xmpp.fail({ at: 'join', silent: true });
      const stop = new AbortController();
      const waiting = rejection(session.send(toRoom('First'), { signal: stop.signal }));
      const other = rejection(session.send(toRoom('Second'), never()));
      stop.abort();
      expect(await waiting).toMatchObject({ kind: 'transient', code: 'xmpp_aborted' });
      await session.close?.();
      // The other message goes on waiting.
      expect(await other).toMatchObject({ kind: 'transient', sessionLost: true });
    });
  });

  it('that has not answered is joined again by the next message', async () => {
    await withSession(messenger(), async (session) => {
      // An error that refuses nothing is no answer.
      running.sandbox.xmpp.fail({ at: 'join', error: { type: 'continue', condition: 'undefined-condition' } });
      const stop = new AbortController();
      const waiting = rejection(session.send(toRoom('First'), { signal: stop.signal }));
      await session.send(delivery('ann@example.com', { text: 'Meanwhile' }), never());
      stop.abort();
      // The server has answered the ping after the join.
      const error = await waiting;
      expect(error).toMatchObject({ kind: 'transient', code: 'xmpp_room_silent', sessionLost: false });
      expect(error.message).toContain('The room did not answer');
      await session.send(toRoom('Second'), never());
    });
    expect(texts()).toEqual(['Meanwhile', 'Second']);
  });

  it('that was left because it did not exist can be joined when somebody has created it', async () => {
    running.sandbox.xmpp.remove(room);
    await withSession(messenger(), async (session) => {
      const first = rejection(session.send(toRoom('First'), never()));
      expect(await first).toMatchObject({ recipientGone: true });
      // The server's answer to the exit comes after the next join.
      await session.send(toRoom('Second'), never());
    });
    expect(texts()).toEqual(['Second']);
  });

  it('whose connection breaks during the join was not sent', async () => {
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

  it('cannot go to one person in the room', async () => {
    await withSession(messenger(), async (session) => {
      const error = await rejection(session.send(toRoom('Psst', `${room}/Ann`), never()));
      expect(error).toMatchObject({ kind: 'permanent', code: 'xmpp_content', message: expect.stringContaining('`xmpp.type`') });
    });
  });
});
