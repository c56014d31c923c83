import { describe, expect, it } from 'vitest';
import type { AnyMessenger, Session } from '../../src/index.ts';
import { createSessionKeeper } from '../../src/messenger/session.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

const never = new AbortController().signal;

/** A keeper of sessions that are opened by hand. */
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
  it('opens one for all who ask, and keeps it', async () => {
    const { keeper, openings, session } = setUp();
    const asked = [keeper.get(never), keeper.get(never)];
    const first = session('first');
    openings[0]?.resolve(first);
    expect(await Promise.all([...asked, keeper.get(never)])).toEqual([first, first, first]);
    expect(openings).toHaveLength(1);
  });

  it('opens another one after it could not', async () => {
    const { keeper, openings, session } = setUp();
    const asked = keeper.get(never);
    openings[0]?.reject(new Error('refused'));
    await expect(asked).rejects.toThrow('refused');
    const again = keeper.get(never);
    openings[1]?.resolve(session('second'));
    expect(await again).toBeDefined();
  });

  it('closes a session that was opened too late', async () => {
    const { keeper, openings, session, closed, runtime } = setUp();
    await expect(runtime.run(keeper.get(never))).rejects.toMatchObject({ kind: 'transient', code: 'open_timeout' });
    openings[0]?.resolve(session('late'));
    await runtime.advance(0);
    expect(closed).toEqual(['late']);
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('closes a lost one once, however many lost it, and opens another', async () => {
    const { keeper, openings, session, closed, runtime } = setUp();
    const first = session('first');
    const asked = keeper.get(never);
    openings[0]?.resolve(first);
    await asked;
    keeper.lose(first);
    keeper.lose(first);
    await runtime.advance(0);
    expect(closed).toEqual(['first']);
    const again = keeper.get(never);
    keeper.lose(first);
    const second = session('second');
    openings[1]?.resolve(second);
    expect(await again).toBe(second);
    keeper.lose(first);
    await runtime.advance(0);
    expect(await keeper.get(never)).toBe(second);
    expect(closed).toEqual(['first']);
  });

  it('minds nothing when one is lost while the next cannot be opened', async () => {
    const { keeper, openings, session, closed, runtime } = setUp();
    const asked = keeper.get(never);
    asked.catch(() => undefined);
    keeper.lose(session('old'));
    openings[0]?.reject(new Error('refused'));
    await expect(asked).rejects.toThrow('refused');
    await runtime.advance(0);
    keeper.lose(session('old'));
    expect(closed).toEqual([]);
  });

  it('closes it after 5 s of rest, unless somebody asks for it, or rests again', async () => {
    const { keeper, openings, session, closed, runtime } = setUp();
    keeper.rest();
    const asked = keeper.get(never);
    openings[0]?.resolve(session('first'));
    await asked;
    keeper.rest();
    await runtime.advance(4_999);
    void keeper.get(never);
    await runtime.advance(5_000);
    expect(closed).toEqual([]);
    keeper.rest();
    await runtime.advance(4_000);
    keeper.rest();
    await runtime.advance(4_999);
    expect(closed).toEqual([]);
    await runtime.advance(1);
    expect(closed).toEqual(['first']);
    expect(runtime.pendingTimers()).toBe(0);
  });

  it.each(['rest', 'close'] as const)('needs no session to $s', async (end) => {
    const { keeper, runtime } = setUp();
    await keeper[end]();
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('may rest or be closed while its session cannot be opened', async () => {
    const { keeper, openings, runtime } = setUp();
    const asked = keeper.get(never);
    asked.catch(() => undefined);
    keeper.rest();
    await runtime.advance(1_000);
    const closing = keeper.close();
    openings[0]?.reject(new Error('refused'));
    await closing;
    await expect(asked).rejects.toThrow('refused');
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('rests also from a session that could not be opened in all that time', async () => {
    const { keeper, openings, runtime } = setUp(30_000);
    const asked = keeper.get(never);
    asked.catch(() => undefined);
    keeper.rest();
    await runtime.advance(5_000);
    openings[0]?.reject(new Error('refused'));
    await expect(asked).rejects.toThrow('refused');
    await runtime.advance(0);
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('is closed when all its sessions are, at most 5 s later', async () => {
    const { keeper, openings, session, closed, runtime } = setUp();
    const [lost, current] = [
      session('lost', () => new Promise(() => undefined)),
      session('current', () => Promise.reject(new Error('QUIT failed'))),
    ];
    for (const [index, opened] of [lost, current].entries()) {
      const asked = keeper.get(never);
      openings[index]?.resolve(opened);
      await asked;
      if (opened === lost) keeper.lose(lost);
      await runtime.advance(0);
    }
    await runtime.run(keeper.close());
    expect(closed).toEqual(['lost', 'current']);
    expect(runtime.monotonic()).toBe(5_000);
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('needs no session that can be closed', async () => {
    const { keeper, openings } = setUp();
    const asked = keeper.get(never);
    openings[0]?.resolve({ send: async () => ({}) });
    await asked;
    await expect(keeper.close()).resolves.toBeUndefined();
  });
});
