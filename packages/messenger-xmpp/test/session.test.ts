import { createSitemessage } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import { delivery, never, rejection, sandboxed, startRaw, withSession } from '@sitemessage/test-support';
import { describe, expect, it, vi } from 'vitest';
import { xmpp } from '../src/index.ts';
import { type RecordingRelay, startRecordingRelay } from './recording-relay.ts';

const running = sandboxed('xmpp');
const options = () => running.sandbox.xmpp.options;
const texts = () => running.sandbox.inbox.all().map(({ text }) => text);
const connections = () => running.sandbox.xmpp.emulator.connections();
/** Makes a messenger without TLS, so that the relay can read and write. */
const over = (relay: RecordingRelay) => {
  const { ca: _, ...rest } = options();
  return xmpp({ ...rest, port: relay.port, tls: 'none' });
};
const systemSite = (messenger: ReturnType<typeof xmpp>) => createSitemessage({ storage: memoryStorage(), messengers: [messenger] });
const plainRelay = () => startRecordingRelay(running.sandbox.xmpp.ports.plain);

describe('a session', () => {
  it('has one connection for all messages in flight', async () => {
    await withSession(xmpp(options()), async (session) => {
      await Promise.all(Array.from({ length: 60 }, (_, index) => session.send(delivery('ann@example.com', { text: `${index}` }), never())));
      expect(running.sandbox.xmpp.connected()).toBe(1);
    });
    expect(texts()).toEqual(Array.from({ length: 60 }, (_, index) => `${index}`));
  });

  it('does not share its connection with another session', async () => {
    await withSession(xmpp(options()), () =>
      withSession(xmpp(options()), async () => expect(running.sandbox.xmpp.clients()).toHaveLength(2)),
    );
  });

  it('sends one request for all messages of the same turn', async () => {
    await using relay = await plainRelay();
    await withSession(over(relay), async (session) => {
      await Promise.all(Array.from({ length: 20 }, () => session.send(delivery('ann@example.com'), never())));
      expect([relay.recorded().match(/<r /g), relay.recorded().match(/<ping /g)]).toMatchObject([{ length: 1 }, { length: 1 }]);
      await session.send(delivery('ann@example.com'), never());
      expect([relay.recorded().match(/<r /g), relay.recorded().match(/<ping /g)]).toMatchObject([{ length: 2 }, { length: 2 }]);
    });
  });

  it('has the given resource', async () => {
    await withSession(xmpp({ ...options(), resource: 'The desk' }), async () => {
      expect(running.sandbox.xmpp.clients()).toEqual(['sandbox@localhost/The desk']);
    });
  });

  it('that another one with the same resource ended does not reconnect', async () => {
    const first = await xmpp({ ...options(), resource: 'desk' }).open(never());
    await withSession(xmpp({ ...options(), resource: 'desk' }), async (second) => {
      await vi.waitUntil(() => connections() === 1);
      expect(await rejection(first.send(delivery('ann@example.com'), never()))).toMatchObject({
        kind: 'configuration',
        code: 'xmpp_conflict',
      });
      await first.close?.();
      await second.send(delivery('ann@example.com'), never());
      expect(running.sandbox.xmpp.connected()).toBe(2);
    });
  });
});

describe('an AbortSignal', () => {
  it('stops a message before it is written', async () => {
    await withSession(xmpp(options()), async (session) => {
      const stop = new AbortController();
      const stopped = rejection(session.send(delivery('ann@example.com', { text: 'Stopped' }), { signal: stop.signal }));
      const other = session.send(delivery('ann@example.com', { text: 'Not stopped' }), never());
      stop.abort();
      expect(await stopped).toMatchObject({ kind: 'transient', code: 'xmpp_aborted', sessionLost: false });
      await other;
    });
    expect(texts()).toEqual(['Not stopped']);
  });

  it('leaves the outcome of a written message unknown, and the session is lost', async () => {
    await withSession(xmpp(options()), async (session) => {
      running.sandbox.xmpp.fail({ at: 'answer', silent: true });
      const stop = new AbortController();
      const stopped = rejection(session.send(delivery('ann@example.com'), { signal: stop.signal }));
      await running.sandbox.inbox.waitFor(1);
      stop.abort();
      expect(await stopped).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown', sessionLost: true });
    });
  });

  it.each(['connect', 'auth', 'bind'] as const)('stops open() while the server is silent at %s, and leaves no connection', async (at) => {
    running.sandbox.xmpp.fail({ at, silent: true });
    const stop = new AbortController();
    const reached = Promise.withResolvers<void>();
    const opening = rejection(xmpp(options()).open({ signal: stop.signal }));
    void vi
      .waitUntil(() => (at === 'connect' ? connections() === 1 : running.sandbox.xmpp.logins().length === 1))
      .then(() => reached.resolve());
    await reached.promise;
    stop.abort();
    const stage = { connect: 'STARTTLS', auth: 'logging in', bind: 'binding a resource' }[at];
    expect(await opening).toMatchObject({ kind: 'transient', code: 'xmpp_aborted', message: expect.stringContaining(stage) });
    await vi.waitUntil(() => connections() === 0);
  });
});

describe('open() times out before `timeoutMs` are over', () => {
  it.each(['starttls', 'implicit', 'none'] as const)('with %s, when the server says nothing', async (tls) => {
    await using server = await startRaw();
    const error = await rejection(xmpp({ ...options(), port: server.port, tls, timeoutMs: 100 }).open(never()));
    const stage = { starttls: 'STARTTLS', implicit: 'TLS', none: 'logging in' }[tls];
    expect(error).toMatchObject({
      kind: 'transient',
      code: 'xmpp_connection',
      sessionLost: true,
      message: `Opening a session took more than 90 ms. It got to this stage: ${stage}.`,
    });
    await vi.waitUntil(() => server.connections() === 0);
  });

  it.each([
    ['connect', 'STARTTLS'],
    ['challenge', 'logging in'],
    ['auth', 'logging in'],
    ['bind', 'binding a resource'],
  ] as const)('when the server falls silent at %s', async (at, stage) => {
    running.sandbox.xmpp.fail({ at, silent: true });
    const error = await rejection(xmpp({ ...options(), timeoutMs: 300 }).open(never()));
    expect(error).toMatchObject({ kind: 'transient', code: 'xmpp_connection', message: expect.stringContaining(`270 ms`) });
    expect(error.message).toContain(stage);
    await vi.waitUntil(() => connections() === 0);
  });

  it('before core does, so that the error can name the stage', async () => {
    await using server = await startRaw();
    const site = systemSite(xmpp({ ...options(), port: server.port, timeoutMs: 300 }));
    await site.scheduleMessages('Hello', site.recipients('xmpp', 'ann@example.com'));
    expect((await site.sendScheduledMessages()).paused).toMatchObject({
      xmpp: { code: 'xmpp_connection', message: expect.stringContaining('STARTTLS') },
    });
    await site.close();
  });
});

describe('a connection that breaks', () => {
  it.each([
    ['is closed', (relay: RecordingRelay) => relay.cut()],
    ['is reset', (relay: RecordingRelay) => relay.reset()],
    ['ends with its stream', (relay: RecordingRelay) => relay.inject('</stream:stream>')],
    ['carries no XML', (relay: RecordingRelay) => relay.inject('</nonsense>')],
    ['carries an unknown entity', (relay: RecordingRelay) => relay.inject('<message><body>&nonsense;</body></message>')],
  ])('because it %s leaves the outcomes in flight unknown, and takes no more messages', async (_, breakIt) => {
    await using relay = await plainRelay();
    const session = await over(relay).open(never());
    running.sandbox.xmpp.fail({ at: 'answer', silent: true });
    const sent = rejection(session.send(delivery('ann@example.com'), never()));
    await running.sandbox.inbox.waitFor(1);
    breakIt(relay);
    expect(await sent).toMatchObject({ kind: 'unknown', code: 'xmpp_outcome_unknown', sessionLost: true });
    const next = await rejection(session.send(delivery('ann@example.com'), never()));
    expect(next).toMatchObject({ kind: 'transient', code: 'xmpp_connection', sessionLost: true });
    await session.close?.();
    await vi.waitUntil(() => connections() === 0);
    expect(running.sandbox.xmpp.connected()).toBe(1);
  });

  it('is not opened again by the library', async () => {
    await using relay = await plainRelay();
    const session = await over(relay).open(never());
    const timers = vi.spyOn(globalThis, 'setTimeout');
    relay.cut();
    await vi.waitUntil(() => connections() === 0);
    expect(await rejection(session.send(delivery('ann@example.com'), never()))).toMatchObject({ sessionLost: true });
    // The library logs in again after a second.
    expect(timers.mock.calls.filter(([, ms]) => ms === 1_000)).toEqual([]);
    timers.mockRestore();
    await session.close?.();
  });

  it('while nothing is in flight fails the next message, which was not sent', async () => {
    await using relay = await plainRelay();
    await withSession(over(relay), async (session) => {
      relay.cut();
      await vi.waitUntil(() => connections() === 0);
      const error = await rejection(session.send(delivery('ann@example.com'), never()));
      expect(error).toMatchObject({ kind: 'transient', sessionLost: true });
    });
    expect(texts()).toEqual([]);
  });

  it.each(['connect', 'auth', 'bind'] as const)('while a session is opened, at %s, is an outage', async (at) => {
    running.sandbox.xmpp.fail({ at, drop: true });
    const error = await rejection(xmpp(options()).open(never()));
    expect(error).toMatchObject({ kind: 'transient', code: 'xmpp_connection', sessionLost: true });
    const stage = { connect: 'STARTTLS', auth: 'logging in', bind: 'binding a resource' }[at];
    expect(error.message).toContain(`Opening a session failed at ${stage}: the connection was closed`);
  });

  it('after it was closed does not end the process, and is not opened again', async () => {
    await using relay = await plainRelay();
    const session = await over(relay).open(never());
    await session.send(delivery('ann@example.com'), never());
    relay.mute();
    const closing = session.close?.();
    relay.reset();
    await closing;
    await vi.waitUntil(() => connections() === 0);
    expect(running.sandbox.xmpp.connected()).toBe(1);
  });
});

describe('close()', () => {
  it('says goodbye', async () => {
    await using relay = await plainRelay();
    await withSession(over(relay), (session) => session.send(delivery('ann@example.com'), never()));
    expect(relay.recorded()).toMatch(/<\/stream:stream>$/);
  });

  it('waits no longer than a second for the goodbye of the server', async () => {
    await using relay = await plainRelay();
    const session = await over(relay).open(never());
    relay.mute();
    const start = performance.now();
    await session.close?.();
    expect(performance.now() - start).toBeLessThan(1_900);
    await vi.waitUntil(() => relay.connections() === 0);
  });

  it('sends the messages that wait, reports their outcomes, and takes no more', async () => {
    const session = await xmpp(options()).open(never());
    running.sandbox.xmpp.fail({ at: 'message', delayMs: 20 });
    const sending = session.send(delivery('ann@example.com'), never());
    const closing = session.close?.();
    await sending;
    await closing;
    expect(await rejection(session.send(delivery('ann@example.com'), never()))).toMatchObject({ kind: 'transient', sessionLost: true });
    expect(texts()).toEqual(['Hello']);
  });

  it('leaves no listener on the process and no timer', async () => {
    const count = () => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;
    await withSession(xmpp(options()), (session) => session.send(delivery('ann@example.com'), never()));
    const before = count();
    for (let round = 0; round < 5; round += 1) {
      await withSession(xmpp(options()), (session) => session.send(delivery('ann@example.com'), never()));
      await rejection(xmpp({ ...options(), password: 'wrong' }).open(never()));
      running.sandbox.xmpp.fail({ at: 'bind', drop: true });
      await rejection(xmpp(options()).open(never()));
    }
    await vi.waitUntil(() => count() < before + 5);
  });
});
