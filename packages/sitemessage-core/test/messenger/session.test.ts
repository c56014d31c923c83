import { describe, expect, it } from 'vitest';
import type { AnyMessenger, Session } from '../../src/index.ts';
import { createSessionKeeper } from '../../src/messenger/session.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

const never = new AbortController().signal;

/** Makes a keeper whose `open` calls the test resolves by hand. */
function setUp(timeoutMs = 2_000) {
  const runtime = fakeRuntime();
  const openings: PromiseWithResolvers<Session>[] = [];
  const messenger: AnyMessenger = {
    ...scriptedMessenger({ timeoutMs }).messenger,
    open() {
      const opening = Promise.withResolvers<Session>();
      openings.push(opening);
      return opening.promise;
    },
  };
  const closed: string[] = [];
  return {
    runtime,
    openings,
    closed,
    keeper: createSessionKeeper(messenger, runtime),
    session: (name: string, close?: () => Promise<void>): Session => ({
      send: async () => ({}),
      close: async () => {
        closed.push(name);
        await close?.();
      },
    }),
  };
}

describe('the keeper of a session', () => {
  it('opens one session for all callers, and keeps it', async () => {
    const { keeper, openings, session } = setUp();
    const asked = [keeper.get(never), keeper.get(never)];
    const first = session('first');
    openings[0]?.resolve(first);
    expect(await Promise.all([...asked, keeper.get(never)])).toEqual([first, first, first]);
    expect(openings).toHaveLength(1);
  });

  it('opens again after a failure', async () => {
    const { keeper, openings, session } = setUp();
    const asked = keeper.get(never);
    openings[0]?.reject(new Error('refused'));
    await expect(asked).rejects.toThrow('refused');
    const again = keeper.get(never);
    openings[1]?.resolve(session('second'));
    expect(await again).toBeDefined();
  });

  it('closes a session that opens after the time limit', async () => {
    const { keeper, openings, session, closed, runtime } = setUp();
    await expect(runtime.run(keeper.get(never))).rejects.toMatchObject({ kind: 'transient', code: 'open_timeout' });
    openings[0]?.resolve(session('late'));
    await runtime.advance(0);
    expect(closed).toEqual(['late']);
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('closes a discarded session once, and opens another', async () => {
    const { keeper, openings, session, closed, runtime } = setUp();
    const first = session('first');
    const asked = keeper.get(never);
    openings[0]?.resolve(first);
    await asked;
    keeper.discard(first);
    keeper.discard(first);
    await runtime.advance(0);
    expect(closed).toEqual(['first']);
    const again = keeper.get(never);
    keeper.discard(first);
    const second = session('second');
    openings[1]?.resolve(second);
    expect(await again).toBe(second);
    keeper.discard(first);
    await runtime.advance(0);
    expect(await keeper.get(never)).toBe(second);
    expect(closed).toEqual(['first']);
  });

  it('ignores `discard` for an old session while the next one fails to open', async () => {
    const { keeper, openings, session, closed, runtime } = setUp();
    const asked = keeper.get(never);
    asked.catch(() => undefined);
    keeper.discard(session('old'));
    openings[0]?.reject(new Error('refused'));
    await expect(asked).rejects.toThrow('refused');
    await runtime.advance(0);
    keeper.discard(session('old'));
    expect(closed).toEqual([]);
  });

  it('closes an idle session after 5 s, and each `get` or `closeWhenIdle` restarts the time', async () => {
    const { keeper, openings, session, closed, runtime } = setUp();
    keeper.closeWhenIdle();
    const asked = keeper.get(never);
    openings[0]?.resolve(session('first'));
    await asked;
    keeper.closeWhenIdle();
    await runtime.advance(4_999);
    void keeper.get(never);
    await runtime.advance(5_000);
    expect(closed).toEqual([]);
    keeper.closeWhenIdle();
    await runtime.advance(4_000);
    keeper.closeWhenIdle();
    await runtime.advance(4_999);
    expect(closed).toEqual([]);
    await runtime.advance(1);
    expect(closed).toEqual(['first']);
    expect(runtime.pendingTimers()).toBe(0);
  });

  it.each(['closeWhenIdle', 'close'] as const)('does nothing in %s without a session', async (end) => {
    const { keeper, runtime } = setUp();
    await keeper[end]();
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('can close while its session fails to open', async () => {
    const { keeper, openings, runtime } = setUp();
    const asked = keeper.get(never);
    asked.catch(() => undefined);
    keeper.closeWhenIdle();
    await runtime.advance(1_000);
    const closing = keeper.close();
    openings[0]?.reject(new Error('refused'));
    await closing;
    await expect(asked).rejects.toThrow('refused');
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('ends the idle time when the session fails to open after it', async () => {
    const { keeper, openings, runtime } = setUp(30_000);
    const asked = keeper.get(never);
    asked.catch(() => undefined);
    keeper.closeWhenIdle();
    await runtime.advance(5_000);
    openings[0]?.reject(new Error('refused'));
    await expect(asked).rejects.toThrow('refused');
    await runtime.advance(0);
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('waits at most 5 s for its sessions to close', async () => {
    const { keeper, openings, session, closed, runtime } = setUp();
    const [lost, current] = [
      session('lost', () => new Promise(() => undefined)),
      session('current', () => Promise.reject(new Error('QUIT failed'))),
    ];
    for (const [index, opened] of [lost, current].entries()) {
      const asked = keeper.get(never);
      openings[index]?.resolve(opened);
      await asked;
      if (opened === lost) keeper.discard(lost);
      await runtime.advance(0);
    }
    await runtime.run(keeper.close());
    expect(closed).toEqual(['lost', 'current']);
    expect(runtime.monotonic()).toBe(5_000);
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('accepts a session without `close`', async () => {
    const { keeper, openings } = setUp();
    const asked = keeper.get(never);
    openings[0]?.resolve({ send: async () => ({}) });
    await asked;
    await expect(keeper.close()).resolves.toBeUndefined();
  });
});
