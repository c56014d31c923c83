import { createSitemessage, type SitemessageEvent } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { fakeRuntime } from '@sitemessage/core/testing';
import { delivery, never, rejection, sandboxed, withSession } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { xmpp } from '../src/index.ts';
import { Suspects } from '../src/quarantine.ts';

const running = sandboxed('xmpp');
const messenger = () => xmpp(running.sandbox.xmpp.options);
const poisoned = 'poisoned@example.com';
const always = Number.POSITIVE_INFINITY;
const addresses = () => running.sandbox.inbox.all().map(({ address }) => address);

const toRoom = () => delivery('team@conference.localhost', { xmpp: { type: 'groupchat' } });

/** Sends two messages over a session whose connection ends while both are in flight. */
async function lost(xmppMessenger: ReturnType<typeof messenger>, text = 'Hello') {
  const pair = [delivery('ann@example.com', { text }), delivery(poisoned, { text })] as const;
  await withSession(xmppMessenger, async (session) => {
    for (const error of await Promise.all(pair.map((one) => rejection(session.send(one, never()))))) {
      expect(error).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown', sessionLost: true });
    }
  });
  return pair;
}

describe('a message that always ends the stream', () => {
  it.each(['policy-violation', 'not-well-formed', 'unsupported-stanza-type'])('with %s fails alone', async (stream) => {
    running.sandbox.xmpp.fail({ at: 'message', stream, to: poisoned, times: always });
    const { site, runtime, events } = setUp();
    await site.scheduleMessages('Hello', site.recipients('xmpp', [...people, poisoned]));
    for (let round = 0; round < 3; round += 1) {
      const { paused } = await site.sendScheduledMessages();
      expect(paused).toEqual({});
      await runtime.advance(120_000);
    }
    expect(new Set(addresses())).toEqual(new Set(people));
    const errors = events.filter((event) => event.type === 'error');
    // Only the batch of its first attempt has errors.
    expect(new Set(errors.map(({ dispatch }) => dispatch.attempt))).toEqual(new Set([1]));
    expect(events.filter((event) => event.type === 'failed')).toMatchObject([
      { dispatch: { address: poisoned, attempt: 2 }, error: { kind: 'permanent', code: 'xmpp_message_refused' } },
    ]);
    await site.close();
  });

  it.each([{ stream: 'reset' }, { drop: true }] as const)('with %j breaks no other message after the first time', async (outcome) => {
    running.sandbox.xmpp.fail({ at: 'message', ...outcome, to: poisoned, times: always });
    const { site, runtime, events } = setUp();
    await site.scheduleMessages('Hello', site.recipients('xmpp', [...people, poisoned]));
    for (let round = 0; round < 3; round += 1) {
      await site.sendScheduledMessages();
      await runtime.advance(6 * 60 * 60_000);
    }
    expect(new Set(addresses())).toEqual(new Set(people));
    const later = events.filter((event) => event.type === 'error' && event.dispatch.attempt > 1);
    expect(later).toMatchObject([2, 3].map((attempt) => ({ dispatch: { address: poisoned, attempt }, error: { kind: 'unknown' } })));
    await site.close();
  });

  it('is refused when it ends a separate stream too, because the first end may have another reason', async () => {
    running.sandbox.xmpp.fail({ at: 'message', stream: 'policy-violation', times: 2 });
    const account = messenger();
    const suspect = delivery(poisoned);
    await withSession(account, async (session) => {
      expect(await rejection(session.send(suspect, never()))).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown' });
    });
    await withSession(account, async (session) => {
      const error = await rejection(session.send(suspect, never()));
      expect(error).toMatchObject({ kind: 'permanent', code: 'xmpp_message_refused' });
      expect(error.message).toContain('policy-violation');
      await session.send(delivery('ann@example.com'), never());
    });
  });
});

describe('a message is not blamed when something else may be the reason', () => {
  const blame = () => running.sandbox.xmpp.fail({ at: 'message', stream: 'policy-violation', to: 'ann@example.com' });

  it('such as another message that was stopped after it was written', async () => {
    await withSession(messenger(), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const stop = new AbortController();
      const stopped = rejection(session.send(delivery(poisoned), { signal: stop.signal }));
      await running.sandbox.inbox.waitFor(1);
      stop.abort();
      await stopped;
      blame();
      expect(await rejection(session.send(delivery('ann@example.com'), never()))).toMatchObject({ kind: 'unknown' });
    });
  });

  it('such as the join of a room', async () => {
    await withSession(messenger(), async (session) => {
      running.sandbox.xmpp.fail({ at: 'join', error: { type: 'continue', condition: 'undefined-condition' } });
      const joining = rejection(session.send(toRoom(), never()));
      blame();
      expect(await rejection(session.send(delivery('ann@example.com'), never()))).toMatchObject({ kind: 'unknown' });
      expect(await joining).toMatchObject({ kind: 'transient', code: 'xmpp_stream_ended' });
    });
  });
});

describe('a room whose join always ends the stream', () => {
  it('breaks no other message after the first time', async () => {
    const once = messenger();
    running.sandbox.xmpp.fail({ at: 'join', stream: 'reset', times: always });
    const [message, another] = [toRoom(), delivery('ann@example.com')];
    await withSession(once, async (session) => {
      expect(await rejection(session.send(message, never()))).toMatchObject({ kind: 'transient', sessionLost: true });
    });
    await withSession(once, async (session) => {
      const refused = rejection(session.send(message, never()));
      await session.send(another, never());
      expect(await refused).toMatchObject({ kind: 'transient', code: 'xmpp_stream_ended', sessionLost: false });
      await session.send(delivery('bob@example.com'), never());
    });
    expect(addresses()).toEqual(['ann@example.com', 'bob@example.com']);
  });
});

describe('a message in flight when a connection ended', () => {
  it('is sent alone over a separate connection, while other messages go on', async () => {
    const once = messenger();
    running.sandbox.xmpp.fail({ at: 'message', stream: 'reset', to: poisoned, times: always });
    const [innocent, poison] = await lost(once);
    await withSession(once, async (session) => {
      const others = Array.from({ length: 20 }, (_, index) => session.send(delivery(`r${index}@example.com`), never()));
      const again = [rejection(session.send(poison, never())), session.send(innocent, never())] as const;
      await Promise.all(others);
      // The session still works.
      expect(await again[0]).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown', sessionLost: false });
      await again[1];
      await session.send(delivery('zoe@example.com'), never());
    });
    expect(addresses()).toHaveLength(23);
    // One of each session, and one in quarantine for each of the two suspects.
    expect(running.sandbox.xmpp.connected()).toBe(4);
    await vi.waitUntil(() => running.sandbox.xmpp.emulator.connections() === 0);
  });

  it('is sent like others again after it was sent', async () => {
    const once = messenger();
    running.sandbox.xmpp.fail({ at: 'message', drop: true, to: poisoned });
    const [innocent] = await lost(once);
    await withSession(once, async (session) => {
      await session.send(innocent, never());
      expect(running.sandbox.xmpp.clients()).toHaveLength(2);
    });
    await withSession(once, async (session) => {
      await session.send(innocent, never());
      expect(running.sandbox.xmpp.clients()).toHaveLength(1);
    });
  });

  it('does not end the session by the same `resource`', async () => {
    const once = xmpp({ ...running.sandbox.xmpp.options, resource: 'desk' });
    running.sandbox.xmpp.fail({ at: 'message', drop: true, to: poisoned });
    const [innocent] = await lost(once);
    await withSession(once, async (session) => {
      await session.send(innocent, never());
      await session.send(delivery('bob@example.com'), never());
      expect(running.sandbox.xmpp.clients()).toHaveLength(2);
    });
  });

  it('stops waiting for its turn when the send is aborted', async () => {
    const once = messenger();
    running.sandbox.xmpp.fail({ at: 'message', drop: true, to: poisoned });
    const [first, second] = await lost(once);
    await withSession(once, async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const sending = rejection(session.send(first, never()));
      const stop = new AbortController();
      const waiting = rejection(session.send(second, { signal: stop.signal }));
      await running.sandbox.inbox.waitFor(2);
      stop.abort();
      expect(await waiting).toMatchObject({ kind: 'transient', code: 'xmpp_aborted' });
      await session.close?.();
      expect(await sending).toMatchObject({ kind: 'unknown' });
      expect(await rejection(session.send(second, never()))).toMatchObject({ kind: 'transient' });
    });
    await vi.waitUntil(() => running.sandbox.xmpp.emulator.connections() === 0);
  });

  it.each(['connect', 'auth', 'bind'] as const)('does not delay a close while its connection is opened, at %s', async (at) => {
    const once = messenger();
    running.sandbox.xmpp.fail({ at: 'message', drop: true, to: poisoned });
    const [innocent] = await lost(once);
    const session = await once.open(never());
    running.sandbox.xmpp.fail({ at, silent: true });
    const sending = rejection(session.send(innocent, never()));
    await vi.waitUntil(() => running.sandbox.xmpp.emulator.connections() === 2);
    await session.close?.();
    expect(await sending).toMatchObject({ kind: 'transient' });
    await vi.waitUntil(() => running.sandbox.xmpp.emulator.connections() === 0);
  });

  it('is remembered up to 10,000 others', () => {
    const suspects = new Suspects();
    for (let id = 0; id <= 10_000; id += 1) suspects.add(String(id));
    expect([suspects.has('0'), suspects.has('1'), suspects.has('10000')]).toEqual([false, true, true]);
    suspects.delete('1');
    expect(suspects.has('1')).toBe(false);
  });
});

const people = Array.from({ length: 120 }, (_, index) => `r${index}@example.com`);

function setUp() {
  const runtime = fakeRuntime();
  const events: SitemessageEvent[] = [];
  const site = createSitemessage({ runtime, storage: memoryStorage({ runtime }), messengers: [messenger()] });
  site.onEvent((event) => events.push(event));
  return { site, runtime, events };
}
