import { createSitemessage, type SitemessageEvent } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { fakeRuntime } from '@sitemessage/core/testing';
import { delivery, never, rejection, sandboxed, withSession } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { xmpp } from '../src/index.ts';
import { Suspects } from '../src/suspects.ts';

const running = sandboxed('xmpp');
const messenger = () => xmpp(running.sandbox.xmpp.options);
const culprit = 'culprit@example.com';
const always = Number.POSITIVE_INFINITY;
const addresses = () => running.sandbox.inbox.all().map(({ address }) => address);

const toRoom = () => delivery('team@conference.localhost', { xmpp: { type: 'groupchat' } });

/** A session that has lost a connection with these two on their way. */
async function lost(xmppMessenger: ReturnType<typeof messenger>, text = 'Hello') {
  const pair = [delivery('ann@example.com', { text }), delivery(culprit, { text })] as const;
  await withSession(xmppMessenger, async (session) => {
    for (const error of await Promise.all(pair.map((one) => rejection(session.send(one, never()))))) {
      expect(error).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown', sessionLost: true });
    }
  });
  return pair;
}

describe('a message that always ends the stream', () => {
  it.each(['policy-violation', 'not-well-formed', 'unsupported-stanza-type'])('with %s fails alone', async (stream) => {
    running.sandbox.xmpp.fail({ at: 'message', stream, to: culprit, times: always });
    const { site, runtime, events } = setUp();
    await site.scheduleMessages('Hello', site.recipients('xmpp', [...people, culprit]));
    for (let round = 0; round < 3; round += 1) {
      const { paused } = await site.sendScheduledMessages();
      expect(paused).toEqual({});
      await runtime.advance(120_000);
    }
    expect(new Set(addresses())).toEqual(new Set(people));
    const errors = events.filter((event) => event.type === 'error');
    // The batch that it was in first, and nobody after that.
    expect(new Set(errors.map(({ dispatch }) => dispatch.attempt))).toEqual(new Set([1]));
    expect(events.filter((event) => event.type === 'failed')).toMatchObject([
      { dispatch: { address: culprit, attempt: 2 }, error: { kind: 'permanent', code: 'xmpp_message_refused' } },
    ]);
    await site.close();
  });

  it.each([{ stream: 'reset' }, { drop: true }] as const)('with %j takes nobody else with it after the first time', async (outcome) => {
    running.sandbox.xmpp.fail({ at: 'message', ...outcome, to: culprit, times: always });
    const { site, runtime, events } = setUp();
    await site.scheduleMessages('Hello', site.recipients('xmpp', [...people, culprit]));
    for (let round = 0; round < 3; round += 1) {
      await site.sendScheduledMessages();
      await runtime.advance(6 * 60 * 60_000);
    }
    expect(new Set(addresses())).toEqual(new Set(people));
    const later = events.filter((event) => event.type === 'error' && event.dispatch.attempt > 1);
    expect(later).toMatchObject([2, 3].map((attempt) => ({ dispatch: { address: culprit, attempt }, error: { kind: 'unknown' } })));
    await site.close();
  });

  it('is refused when it ends a stream of its own as well: the first time, it may be something else', async () => {
    running.sandbox.xmpp.fail({ at: 'message', stream: 'policy-violation', times: 2 });
    const account = messenger();
    const suspect = delivery(culprit);
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

describe('a message is not blamed alone for what something else may have done', () => {
  const blame = () => running.sandbox.xmpp.fail({ at: 'message', stream: 'policy-violation', to: 'ann@example.com' });

  it('such as one that was stopped after it was written', async () => {
    await withSession(messenger(), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const stop = new AbortController();
      const stopped = rejection(session.send(delivery(culprit), { signal: stop.signal }));
      await running.sandbox.inbox.waitFor(1);
      stop.abort();
      await stopped;
      blame();
      expect(await rejection(session.send(delivery('ann@example.com'), never()))).toMatchObject({ kind: 'unknown' });
    });
  });

  it('such as a way into a room', async () => {
    await withSession(messenger(), async (session) => {
      running.sandbox.xmpp.fail({ at: 'join', error: { type: 'continue', condition: 'undefined-condition' } });
      const entering = rejection(session.send(toRoom(), never()));
      blame();
      expect(await rejection(session.send(delivery('ann@example.com'), never()))).toMatchObject({ kind: 'unknown' });
      expect(await entering).toMatchObject({ kind: 'transient', code: 'xmpp_stream_ended' });
    });
  });
});

describe('a room whose door always ends the stream', () => {
  it('takes nobody else with it after the first time', async () => {
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

describe('what was on its way when a connection ended', () => {
  it('goes one after the other over a connection of its own, and others go on meanwhile', async () => {
    const once = messenger();
    running.sandbox.xmpp.fail({ at: 'message', stream: 'reset', to: culprit, times: always });
    const [innocent, guilty] = await lost(once);
    await withSession(once, async (session) => {
      const others = Array.from({ length: 20 }, (_, index) => session.send(delivery(`r${index}@example.com`), never()));
      const again = [rejection(session.send(guilty, never())), session.send(innocent, never())] as const;
      await Promise.all(others);
      // The session is as good as before.
      expect(await again[0]).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown', sessionLost: false });
      await again[1];
      await session.send(delivery('zoe@example.com'), never());
    });
    expect(addresses()).toHaveLength(23);
    // The first, the second, and beside it one for the culprit and one for the innocent.
    expect(running.sandbox.xmpp.connected()).toBe(4);
    await vi.waitUntil(() => running.sandbox.xmpp.emulator.connections() === 0);
  });

  it('goes as everybody else once it has gone through', async () => {
    const once = messenger();
    running.sandbox.xmpp.fail({ at: 'message', drop: true, to: culprit });
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

  it('does not put out the session by the same `resource`', async () => {
    const once = xmpp({ ...running.sandbox.xmpp.options, resource: 'desk' });
    running.sandbox.xmpp.fail({ at: 'message', drop: true, to: culprit });
    const [innocent] = await lost(once);
    await withSession(once, async (session) => {
      await session.send(innocent, never());
      await session.send(delivery('bob@example.com'), never());
      expect(running.sandbox.xmpp.clients()).toHaveLength(2);
    });
  });

  it('waits for its turn no longer than it may', async () => {
    const once = messenger();
    running.sandbox.xmpp.fail({ at: 'message', drop: true, to: culprit });
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

  it.each(['connect', 'auth', 'bind'] as const)('is not held up by a close while its connection is opened, at %s', async (at) => {
    const once = messenger();
    running.sandbox.xmpp.fail({ at: 'message', drop: true, to: culprit });
    const [innocent] = await lost(once);
    const session = await once.open(never());
    running.sandbox.xmpp.fail({ at, silent: true });
    const sending = rejection(session.send(innocent, never()));
    await vi.waitUntil(() => running.sandbox.xmpp.emulator.connections() === 2);
    await session.close?.();
    expect(await sending).toMatchObject({ kind: 'transient' });
    await vi.waitUntil(() => running.sandbox.xmpp.emulator.connections() === 0);
  });

  it('is remembered up to a limit', () => {
    const suspects = new Suspects();
    for (let id = 0; id <= 10_000; id += 1) suspects.add(String(id));
    expect([suspects.has('0'), suspects.has('1'), suspects.has('10000')]).toEqual([false, true, true]);
    suspects.acquit('1');
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
