import { describe, expect, it } from 'vitest';
import { fakeRuntime } from '../../src/testing/index.ts';

describe('the time of a fake runtime', () => {
  it('stands still until advance', async () => {
    const runtime = fakeRuntime({ now: 1_000 });
    expect([runtime.now(), runtime.monotonic()]).toEqual([1_000, 0]);
    await runtime.advance(500);
    expect([runtime.now(), runtime.monotonic()]).toEqual([1_500, 500]);
  });

  it('can be set, without changing the monotonic clock', async () => {
    const runtime = fakeRuntime();
    await runtime.advance(500);
    runtime.setNow(7);
    expect([runtime.now(), runtime.monotonic()]).toEqual([7, 500]);
  });

  it('ends sleeps in order, each at its time, also sleeps that begin on the way', async () => {
    const runtime = fakeRuntime();
    const woken: string[] = [];
    const sleeper = async (name: string, ...waits: number[]): Promise<void> => {
      for (const ms of waits) {
        await runtime.sleep(ms);
        woken.push(`${name} at ${runtime.monotonic()}`);
      }
    };
    void sleeper('a', 300);
    void sleeper('b', 100, 100, 100);
    void sleeper('c', -5);
    await runtime.advance(250);
    expect(woken).toEqual(['c at 0', 'b at 100', 'b at 200']);
    expect(runtime.pendingTimers()).toBe(2);
    await runtime.advance(50);
    expect(woken.slice(3)).toEqual(['a at 300', 'b at 300']);
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('calls a timer at its time, and never a cleared one', async () => {
    const runtime = fakeRuntime();
    const rung: string[] = [];
    runtime.timer(200, () => rung.push(`one at ${runtime.monotonic()}`));
    const clear = runtime.timer(100, () => rung.push('another one'));
    clear();
    expect(runtime.pendingTimers()).toBe(1);
    await runtime.advance(1_000);
    expect(rung).toEqual(['one at 200']);
    expect(runtime.pendingTimers()).toBe(0);
  });

  it('ends a sleep early when its signal aborts', async () => {
    const runtime = fakeRuntime();
    const stop = new AbortController();
    const sleeping = runtime.sleep(1_000, stop.signal);
    stop.abort();
    await sleeping;
    await runtime.sleep(1_000, stop.signal);
    expect([runtime.monotonic(), runtime.pendingTimers()]).toEqual([0, 0]);
  });
});

describe('a turn of the event loop', () => {
  it('takes no time, and advance waits for all turns', async () => {
    const runtime = fakeRuntime();
    const work = async (): Promise<number> => {
      for (let turn = 0; turn < 50; turn++) await runtime.turn();
      return runtime.monotonic();
    };
    expect(await runtime.run(work())).toBe(0);
    let isDone = false;
    void work().then(() => {
      isDone = true;
    });
    await runtime.advance(1);
    expect(isDone).toBe(true);
  });
});

describe('run', () => {
  it('returns the result of the work, or its error, at its time', async () => {
    const runtime = fakeRuntime();
    const work = async (): Promise<number> => {
      await runtime.sleep(3_600_000);
      return runtime.monotonic();
    };
    expect(await runtime.run(work())).toBe(3_600_000);
    await expect(runtime.run(work().then(() => Promise.reject(new Error('broken'))))).rejects.toThrow('broken');
  });

  it('fails when the work waits without a timer', async () => {
    const runtime = fakeRuntime();
    const stuck = runtime.sleep(5).then(() => new Promise(() => undefined));
    await expect(runtime.run(stuck)).rejects.toThrow('The work is not done, and no timer is pending');
  });

  it('fails after mostMs', async () => {
    const runtime = fakeRuntime();
    await expect(runtime.run(runtime.sleep(1_001), 1_000)).rejects.toThrow('The work was not done after 1000 ms of fake time.');
    expect(runtime.monotonic()).toBe(0);
    await runtime.run(runtime.sleep(1_000), 1_000);
  });

  it('fails after a week by default', async () => {
    const runtime = fakeRuntime();
    const forever = async (): Promise<never> => {
      for (;;) await runtime.sleep(24 * 60 * 60_000);
    };
    await expect(runtime.run(forever())).rejects.toThrow('The work was not done after 604800000 ms of fake time.');
  });
});

describe('random numbers and ids', () => {
  it('are the same in every run, and differ with another seed', () => {
    const draw = (seed?: number) => {
      const runtime = fakeRuntime(seed === undefined ? {} : { seed });
      return Array.from({ length: 20 }, () => runtime.random());
    };
    expect(draw()).toEqual(draw(1));
    expect(draw(2)).not.toEqual(draw(1));
    expect(new Set(draw()).size).toBe(20);
    expect(draw().every((number) => number >= 0 && number < 1)).toBe(true);
  });

  it('are UUIDs that sort by their time', async () => {
    const runtime = fakeRuntime();
    const ids = [runtime.id(), runtime.id()];
    await runtime.advance(1);
    ids.push(runtime.id());
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
