import { describe, expect, it } from 'vitest';
import { createSitemessage, type DispatchRecord, type SitemessageEvent } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { fanOutAlias, type Storage } from '../../src/storage/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

const leaseMs = 60_000;

function setUp(wrap: (storage: Storage) => Storage = (storage) => storage) {
  const fake = fakeRuntime();
  let totalBlockedMs = 0;
  const runtime = { ...fake, monotonic: () => fake.monotonic() + totalBlockedMs };
  const storage = wrap(memoryStorage({ runtime }));
  const scripted = scriptedMessenger({ concurrency: 100 });
  const another = () => createSitemessage({ storage, runtime, messengers: [scripted.messenger] });
  const site = another();
  const events: SitemessageEvent[] = [];
  site.onEvent((event) => events.push(event));
  function* addresses(count: number) {
    for (let index = 0; index < count; index++) yield `a${index}`;
  }
  return {
    runtime,
    /** Moves the clock on as if the process was blocked. */
    block(ms: number) {
      totalBlockedMs += ms;
    },
    storage,
    scripted,
    another,
    site,
    events,
    schedule: (count = 22_000) => site.scheduleMessages('Hi', site.recipients('scripted', addresses(count))),
    expand: (by = site, options = {}) => runtime.run(by.sendScheduledMessages({ messengers: [], ...options })),
    rows: async () => {
      const rows = await Array.fromAsync(site.list());
      const isPage = ({ messenger }: DispatchRecord) => messenger === fanOutAlias;
      return { pages: rows.filter(isPage), dispatches: rows.filter((row) => !isPage(row)) };
    },
  };
}

describe('pages of a long list', () => {
  it('are claimed and stored in groups, so that no lease must last for the whole list', async () => {
    const claimed: number[] = [];
    const { schedule, expand, rows } = setUp((storage) => ({
      ...storage,
      queue: {
        ...storage.queue,
        async claim(request) {
          const result = await storage.queue.claim(request);
          claimed.push(result.claims.length);
          return result;
        },
      },
    }));
    await schedule();
    await expand();
    const { pages, dispatches } = await rows();
    expect(pages).toEqual([]);
    expect(new Set(dispatches.map(({ address }) => address)).size).toBe(22_000);
    expect(dispatches).toHaveLength(22_000);
    expect(claimed).toEqual([1, 2, 4, 8, 16, 13, 0]);
  });

  it('are expanded by prepareDispatches(), which sends nothing', async () => {
    const { schedule, site, runtime, rows, scripted } = setUp();
    await schedule(12_000);
    expect(await runtime.run(site.prepareDispatches())).toBe(12_000);
    expect((await rows()).dispatches).toHaveLength(12_000);
    expect(scripted.deliveries).toEqual([]);
  });

  it('count a recipient that is named twice once in prepareDispatches()', async () => {
    const { site, runtime, rows } = setUp();
    const names = Array.from({ length: 11_000 }, (_, index) => `user${index}`);
    await site.scheduleMessages('Hi', site.recipients('scripted', [...names, ...names.slice(0, 1_000)]));
    expect(await runtime.run(site.prepareDispatches())).toBe(11_000);
    expect((await rows()).dispatches).toHaveLength(11_000);
  });

  const times = (count: number, size: number): number[] => Array.from({ length: count }, () => size);

  /** The time to store one page in the nth call, in milliseconds: of the process, and of the server. */
  type Costs = (call: number) => { readonly blockedMs?: number; readonly serverMs?: number };
  it.each<[how: string, page: Costs, sizes: readonly number[]]>([
    ['twice as many each time, while storing takes no time', () => ({}), [1, 2, 4, 8, 16, 13]],
    ['as many as block the process for 15 ms', () => ({ blockedMs: 5 }), [1, 2, ...times(13, 3), 2]],
    ['as many as take the server 110 ms', () => ({ serverMs: 37 }), [1, 2, ...times(13, 3), 2]],
    ['one by one, if one alone takes longer', () => ({ blockedMs: 30 }), times(44, 1)],
    ['in smaller groups as soon as they take longer', (call) => (call < 3 ? {} : { serverMs: 28 }), [1, 2, 4, 8, ...times(7, 4), 1]],
  ])('are stored %s', async (_, page, sizes) => {
    const stored: number[] = [];
    const { schedule, expand, runtime, block } = setUp((storage) => ({
      ...storage,
      queue: {
        ...storage.queue,
        async settle(token, settlements, now) {
          const { blockedMs = 0, serverMs = 0 } = page(stored.length);
          stored.push(settlements.length);
          block(settlements.length * blockedMs);
          await runtime.sleep(settlements.length * serverMs);
          return storage.queue.settle(token, settlements, now);
        },
      },
    }));
    await schedule();
    await expand();
    expect(stored).toEqual(sizes);
  });

  it.each([
    { concurrency: 1, most: 1 },
    { concurrency: 10, most: 2 },
  ])('are stored in $most groups at a time for a storage with a concurrency of $concurrency', async ({ concurrency, most }) => {
    let storing = 0;
    let highest = 0;
    const { schedule, expand, runtime, rows } = setUp((storage) => ({
      ...storage,
      concurrency,
      queue: {
        ...storage.queue,
        async settle(...args) {
          storing += 1;
          highest = Math.max(highest, storing);
          await runtime.sleep(10);
          storing -= 1;
          return storage.queue.settle(...args);
        },
      },
    }));
    await schedule();
    await expand();
    expect(highest).toBe(most);
    expect((await rows()).dispatches).toHaveLength(22_000);
  });

  it('keep the group that cannot be stored, and still store the other one', async () => {
    let calls = 0;
    const { schedule, site, runtime, rows } = setUp((storage) => ({
      ...storage,
      concurrency: 2,
      queue: {
        ...storage.queue,
        async settle(...args) {
          calls += 1;
          if (calls === 1) throw new Error('the line broke');
          await runtime.sleep(1_000);
          return storage.queue.settle(...args);
        },
      },
    }));
    await schedule(10_001);
    await expect(runtime.run(site.prepareDispatches())).rejects.toThrow('the line broke');
    // The other group was being stored at that time. It is finished and counted.
    const { pages, dispatches } = await rows();
    expect(dispatches.length).toBeGreaterThan(0);
    expect(pages.length).toBeGreaterThan(0);
  });

  it('let the event loop run between two groups', async () => {
    const turns: number[] = [];
    let turn = 0;
    const { schedule, expand } = setUp((storage) => ({
      ...storage,
      queue: {
        ...storage.queue,
        async settle(...args) {
          turns.push(turn);
          return storage.queue.settle(...args);
        },
      },
    }));
    await schedule();
    let isOver = false;
    const count = (): void => {
      turn += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await expand();
    isOver = true;
    expect(turns.length).toBeGreaterThan(5);
    expect(new Set(turns).size).toBe(turns.length);
  });

  it('are expanded once by two processes at the same time', async () => {
    const { schedule, expand, another, rows } = setUp();
    await schedule();
    await Promise.all([expand(), expand(another())]);
    expect((await rows()).dispatches).toHaveLength(22_000);
  });

  it('are expanded after a crash, and no dispatch exists twice', async () => {
    const { schedule, expand, storage, runtime, rows } = setUp();
    await schedule();
    const now = runtime.now();
    const dead = { token: 'dead', now, leaseUntil: now + leaseMs, limit: 2, messenger: fanOutAlias, types: ['plain'] };
    expect((await storage.queue.claim(dead)).claims).toHaveLength(2);
    await expand();
    expect((await rows()).pages).toHaveLength(2);
    await runtime.advance(leaseMs);
    await expand();
    expect((await rows()).pages).toEqual([]);
    expect((await rows()).dispatches).toHaveLength(22_000);
  });

  it('are left to the process that claimed them after the lease ended', async () => {
    let onSettle = async (): Promise<void> => undefined;
    const { schedule, expand, storage, runtime, rows, events } = setUp((inner) => ({
      ...inner,
      queue: {
        ...inner.queue,
        async settle(...args) {
          await onSettle();
          return inner.queue.settle(...args);
        },
      },
    }));
    await schedule(10_001);
    const unreadable = { id: 'd', messageId: 'm', messenger: fanOutAlias, type: 'plain', priority: 9, dueAt: 0, address: '0' };
    await storage.queue.enqueue([{ id: 'm', type: 'plain', context: '{}', createdAt: 0 }], [unreadable], 0);
    onSettle = async () => {
      onSettle = async () => undefined;
      const now = runtime.now() + leaseMs;
      await storage.queue.claim({ token: 'other', now, leaseUntil: now + leaseMs, limit: 30, messenger: fanOutAlias, types: ['plain'] });
    };
    await expand();
    expect(await rows()).toMatchObject({ pages: { length: 22 }, dispatches: { length: 0 } });
    expect(events.filter(({ type }) => type === 'failed')).toEqual([]);
  });

  it('stay unexpanded when the signal aborts', async () => {
    const { schedule, expand, rows, site } = setUp();
    await schedule();
    await expand(site, { signal: AbortSignal.abort() });
    expect((await rows()).pages).toHaveLength(44);
  });

  it('of an unknown message type stay untouched, and are reported', async () => {
    const { expand, storage, site, rows } = setUp();
    const page = { id: 'd', messageId: 'm', messenger: fanOutAlias, type: 'foreign', priority: 0, dueAt: 0, address: '0', fanOut: '{}' };
    await storage.queue.enqueue([{ id: 'm', type: 'foreign', context: '{}', createdAt: 0 }], [page], 0);
    expect(await expand(site)).toMatchObject({ untouched: [{ messenger: fanOutAlias, type: 'foreign', count: 1 }] });
    expect((await rows()).pages).toMatchObject([{ status: 'pending', attempt: 0 }]);
  });

  it.each(['{"recipients":', '{}', 'null', undefined])('fail if they are unreadable, and the others are expanded: %s', async (fanOut) => {
    const { schedule, expand, storage, site, events, rows } = setUp();
    await schedule(10_001);
    const page = { id: 'd', messageId: 'm', messenger: fanOutAlias, type: 'plain', priority: 9, dueAt: 0, address: '0' };
    await storage.queue.enqueue(
      [{ id: 'm', type: 'plain', context: '{}', createdAt: 0 }],
      [{ ...page, ...(fanOut !== undefined && { fanOut }) }],
      0,
    );
    await expand();
    const error = {
      kind: 'permanent',
      code: 'fan_out_unreadable',
      message: 'This page of recipients cannot be read back from the storage.',
    };
    expect(await site.find('d')).toMatchObject({ status: 'failed', errors: [error] });
    expect((await rows()).dispatches).toHaveLength(10_001);
    expect(events.filter(({ type }) => type === 'failed')).toEqual([
      {
        type: 'failed',
        dispatch: { id: 'd', messageId: 'm', type: 'plain', messenger: fanOutAlias, address: '0', attempt: 1 },
        error,
        recipientGone: false,
      },
    ]);
  });
});
