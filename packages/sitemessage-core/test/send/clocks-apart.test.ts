import { describe, expect, it } from 'vitest';
import { createSitemessage, type Runtime } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { type FakeRuntime, fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

const minuteMs = 60_000;
const machines = [
  ['five minutes ahead', 5 * minuteMs],
  ['five minutes behind', -5 * minuteMs],
] as const;

/** Another machine: its clock is off, and it was started at another time. */
const machine = (runtime: FakeRuntime, offMs: number): Runtime => ({
  ...runtime,
  now: () => runtime.now() + offMs,
  monotonic: () => runtime.monotonic() + 10 * minuteMs + offMs,
});

/** Everybody shares a storage that has a clock of its own. */
function setUp() {
  const runtime = fakeRuntime();
  const storage = memoryStorage({ runtime });
  const on = (offMs: number) => {
    const scripted = scriptedMessenger({ timeoutMs: 25_000 });
    const site = createSitemessage({ storage, runtime: machine(runtime, offMs), messengers: [scripted.messenger] });
    return {
      scripted,
      site,
      schedule: (dueAt?: number) =>
        site.scheduleMessages('Hi', site.recipients('scripted', 'ann'), { ...(dueAt !== undefined && { dueAt }) }),
    };
  };
  return { runtime, storage, on };
}

describe.each(machines)('a worker whose clock is %s', (_, offMs) => {
  it('takes over no dispatch from a live lease, and the dispatch of a dead worker as soon as its lease is over', async () => {
    const { runtime, storage, on } = setUp();
    const holder = on(0);
    await holder.schedule();
    holder.scripted.script = () => new Promise(() => undefined);
    void holder.site.sendScheduledMessages();
    await runtime.advance(0);
    const [leased] = await Array.fromAsync(storage.queue.list({}));
    const leaseEnd = leased?.dueAt as number;
    expect([leased?.status, leaseEnd]).toEqual(['processing', runtime.now() + minuteMs]);

    const other = on(offMs);
    const worker = other.site.startWorker();
    // It does not say how its send ended: the process is gone.
    storage.queue.settle = ((settle) => async (token, settlements, now, marks) => {
      const isDead = settlements.some((settlement) => settlement.status === 'error');
      return isDead ? new Promise(() => undefined) : settle(token, settlements, now, marks);
    })(storage.queue.settle);
    await runtime.advance(leaseEnd - runtime.now() - 1);
    expect(other.scripted.deliveries).toEqual([]);
    await runtime.advance(1_251);
    expect(other.scripted.deliveries).toMatchObject([{ attempt: 1 }]);
    await runtime.run(worker.stop());
    expect(await Array.fromAsync(storage.queue.list({}))).toMatchObject([{ status: 'sent', attempt: 1 }]);
  });

  it('keeps what it has claimed for as long as it may send it', async () => {
    const { runtime, on } = setUp();
    const holder = on(offMs);
    const others = [on(0), on(-offMs)];
    await others[0]?.schedule();
    holder.scripted.script = () => runtime.sleep(24_000).then(() => undefined);
    const sending = holder.site.sendScheduledMessages();
    await runtime.advance(0);
    const workers = others.map(({ site }) => site.startWorker());
    expect(await runtime.run(sending)).toMatchObject({ sent: 1 });
    for (const { scripted } of others) expect(scripted.deliveries).toEqual([]);
    for (const worker of workers) await runtime.run(worker.stop());
  });

  it('sends what is due when it is due: neither before, nor later than it looks', async () => {
    const { runtime, on } = setUp();
    await on(0).schedule(runtime.now() + 10 * minuteMs);
    const { scripted, site } = on(offMs);
    const worker = site.startWorker();
    await runtime.advance(10 * minuteMs - 1);
    expect(scripted.deliveries).toEqual([]);
    await runtime.advance(1_251);
    expect(scripted.deliveries).toHaveLength(1);
    await runtime.run(worker.stop());
  });

  it('schedules what others send at once, and what is due for them when it said', async () => {
    const { runtime, on } = setUp();
    const { scripted, site } = on(0);
    const worker = site.startWorker();
    await on(offMs).schedule();
    await runtime.advance(1_251);
    expect(scripted.deliveries).toHaveLength(1);
    await on(offMs).schedule(runtime.now() + minuteMs);
    await runtime.advance(minuteMs - 1);
    expect(scripted.deliveries).toHaveLength(1);
    await runtime.advance(1_251);
    expect(scripted.deliveries).toHaveLength(2);
    await runtime.run(worker.stop());
  });

  it('tries again what failed on another machine after its back-off, no sooner', async () => {
    const { runtime, on } = setUp();
    const first = on(0);
    await first.schedule();
    first.scripted.script = () => {
      throw new Error('busy');
    };
    await runtime.run(first.site.sendScheduledMessages());
    const [{ dueAt = 0 } = {}] = await Array.fromAsync(first.site.list());
    expect(dueAt).toBeGreaterThan(runtime.now());
    const { scripted, site } = on(offMs);
    const worker = site.startWorker();
    await runtime.advance(dueAt - runtime.now() - 1);
    expect(scripted.deliveries).toEqual([]);
    await runtime.advance(1_251);
    expect(scripted.deliveries).toHaveLength(1);
    await runtime.run(worker.stop());
  });
});

it('workers whose clocks are apart keep one pace', async () => {
  const { runtime, storage } = setUp();
  const times: number[] = [];
  const sites = [...machines.map(([, offMs]) => offMs), 0].map((offMs) => {
    const scripted = scriptedMessenger({ limits: () => [{ key: 'scripted', intervalMs: 1_000, burst: 1 }] });
    scripted.script = () => {
      times.push(runtime.monotonic());
      return undefined;
    };
    return createSitemessage({ storage, runtime: machine(runtime, offMs), messengers: [scripted.messenger] });
  });
  const [first] = sites as [(typeof sites)[number]];
  await first.scheduleMessages(
    'Hi',
    first.recipients(
      'scripted',
      Array.from({ length: 30 }, (_, index) => `user${index}`),
    ),
  );
  const workers = sites.map((site) => site.startWorker());
  await runtime.advance(31_000);
  expect(times).toHaveLength(30);
  expect(Math.min(...times.slice(1).map((at, index) => at - (times[index] as number)))).toBe(1_000);
  for (const worker of workers) await runtime.run(worker.stop());
});
