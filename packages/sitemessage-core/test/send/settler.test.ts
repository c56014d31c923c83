import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../../src/memory/index.ts';
import { createSettler, type Result } from '../../src/send/settler.ts';
import { createUnsettled } from '../../src/send/unsettled.ts';
import { fakeRuntime } from '../../src/testing/index.ts';

/** A storage that notes each group of results as it is told to store it, and can be slow or away. */
function setUp({ concurrency = 2 } = {}) {
  const runtime = fakeRuntime();
  const memory = memoryStorage({ runtime });
  const storing = { takesMs: 0, away: false };
  const groups: { token: string; size: number; at: number }[] = [];
  const stored: string[] = [];
  const troubles: unknown[] = [];
  const killing = new AbortController();
  const settler = createSettler({
    storage: {
      concurrency,
      queue: {
        ...memory.queue,
        async settle(token, settlements) {
          groups.push({ token, size: settlements.length, at: runtime.monotonic() });
          await runtime.sleep(storing.takesMs);
          if (storing.away) throw new Error('the database is away');
          return { ids: settlements.map(({ id }) => id).filter((id) => !id.startsWith('taken over')), added: 0 };
        },
      },
    },
    clock: { now: async () => runtime.now() },
    runtime,
    unsettled: createUnsettled(),
    onStored: ({ dispatch }, applied) => stored.push(`${dispatch.id}${applied ? '' : ': not applied'}`),
    onTrouble: (error) => troubles.push(error),
    kill: killing.signal,
  });
  const result = (id: string, token = 't'): Result => ({
    token,
    leaseEnd: 60_000,
    dispatch: { id, messageId: 'm', type: 'plain', messenger: 'scripted', address: id, attempt: 1 },
    settlement: { id, status: 'sent' },
  });
  const add = (count: number, token = 't') =>
    Promise.all(Array.from({ length: count }, (_, index) => settler.add(result(`${token}${index}`, token))));
  return { runtime, storing, groups, stored, troubles, killing, settler, result, add };
}

describe('results', () => {
  it('are stored after 20 ms, however few they are', async () => {
    const { runtime, groups, add } = setUp();
    await add(2);
    await runtime.advance(19);
    expect(groups).toEqual([]);
    await runtime.advance(1);
    expect(groups).toEqual([{ token: 't', size: 2, at: 20 }]);
    await runtime.advance(1_000);
    await add(1);
    await runtime.advance(20);
    expect(groups).toEqual([expect.anything(), { token: 't', size: 1, at: 1_040 }]);
  });

  it('are stored at once when there are 25', async () => {
    const { groups, add } = setUp();
    await add(25);
    expect(groups).toEqual([{ token: 't', size: 25, at: 0 }]);
  });

  it('are stored when asked to', async () => {
    const { runtime, groups, add, settler } = setUp();
    await add(3);
    await runtime.run(settler.flush());
    expect(groups).toEqual([{ token: 't', size: 3, at: 0 }]);
    await runtime.run(settler.flush());
    expect(groups).toHaveLength(1);
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('of two claims are stored under the token of each', async () => {
    const { runtime, groups, settler, result } = setUp();
    for (const [id, token] of [
      ['a', 'one'],
      ['b', 'other'],
      ['c', 'one'],
    ] as const)
      await settler.add(result(id, token));
    await runtime.run(settler.flush());
    expect(groups.map(({ token, size }) => [token, size])).toEqual([
      ['one', 2],
      ['other', 1],
    ]);
  });

  it('that somebody else has taken over are known not to be applied', async () => {
    const { runtime, stored, settler, result } = setUp();
    await settler.add(result('a'));
    await settler.add(result('taken over'));
    await runtime.run(settler.flush());
    expect(stored).toEqual(['a', 'taken over: not applied']);
  });

  it('find no room while 50 are not stored', async () => {
    const { runtime, storing, stored, add, settler, result } = setUp();
    storing.takesMs = 1_000;
    await add(49);
    let isTaken = false;
    void settler.add(result('one more')).then(() => {
      isTaken = true;
    });
    await runtime.advance(999);
    expect({ isTaken, stored: stored.length }).toEqual({ isTaken: false, stored: 0 });
    await runtime.advance(1);
    expect({ isTaken, stored: stored.length }).toEqual({ isTaken: true, stored: 50 });
  });

  it('are stored two groups at a time, and a third one waits', async () => {
    const { runtime, storing, groups, add, settler } = setUp();
    storing.takesMs = 1_000;
    void add(60);
    await runtime.advance(999);
    expect(groups).toEqual([
      { token: 't', size: 25, at: 0 },
      { token: 't', size: 25, at: 0 },
    ]);
    await runtime.run(settler.flush());
    expect(groups.slice(2)).toEqual([{ token: 't', size: 10, at: 1_000 }]);
  });

  it('are one group of 50 for a storage that does one thing after the other', async () => {
    const { runtime, storing, groups, add, settler } = setUp({ concurrency: 1 });
    storing.takesMs = 1_000;
    void add(60);
    await runtime.advance(999);
    expect(groups).toEqual([{ token: 't', size: 50, at: 0 }]);
    await runtime.run(settler.flush());
    expect(groups.slice(1)).toEqual([{ token: 't', size: 10, at: 1_000 }]);
  });
});

describe('while the storage is away', () => {
  it('it is asked again after 0.1 s, doubling, up to 5 s, and every failure is reported', async () => {
    const { runtime, storing, groups, stored, troubles, add, settler } = setUp();
    storing.away = true;
    await add(1);
    const flushing = settler.flush();
    await runtime.advance(22_000);
    const waits = groups.slice(1).map(({ at }, index) => at - (groups[index]?.at as number));
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
    expect(troubles).toHaveLength(10);
    storing.away = false;
    await runtime.run(flushing);
    expect(stored).toEqual(['t0']);
  });

  it('it is asked for a minute longer than the lease; then the work ends with what it threw', async () => {
    const { runtime, storing, add, settler, result } = setUp();
    storing.away = true;
    await add(1);
    await expect(runtime.run(settler.flush())).rejects.toThrow('the database is away');
    expect(runtime.monotonic()).toBeGreaterThan(115_000);
    expect(runtime.monotonic()).toBeLessThanOrEqual(120_000);
    await expect(settler.add(result('later'))).rejects.toThrow('the database is away');
  });

  it('it is asked once more when everything has to end, at once, and no more', async () => {
    const { runtime, storing, add, settler, killing, groups } = setUp();
    storing.away = true;
    await add(30);
    const flushing = settler.flush();
    flushing.catch(() => undefined);
    await runtime.advance(4_000);
    const before = groups.length;
    killing.abort();
    await expect(runtime.run(flushing)).rejects.toThrow('the database is away');
    expect(groups.length - before).toBe(2);
    expect(runtime.monotonic()).toBe(4_000);
  });

  it('and stays away, whoever waits for room is told', async () => {
    const { runtime, storing, add } = setUp();
    storing.away = true;
    await expect(runtime.run(add(60))).rejects.toThrow('the database is away');
  });
});
