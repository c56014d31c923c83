import { createSitemessage, defineMessenger } from '@sitemessage/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemRuntime } from '../../sitemessage-core/src/runtime.ts';
import { postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

const minuteMs = 60_000;
const machines = [
  ['five minutes ahead', 5 * minuteMs],
  ['five minutes behind', -5 * minuteMs],
] as const;

/** A database, and machines whose clocks are off by so much. */
function setUp() {
  const database = newSchema();
  return (offMs: number) => {
    const storage = postgresStorage(database);
    const runtime = { ...systemRuntime, now: () => systemRuntime.now() + offMs, monotonic: () => systemRuntime.monotonic() + offMs };
    const addresses: string[] = [];
    let held: { readonly arrived: () => void; readonly over: Promise<void> } | undefined;
    const post = defineMessenger({
      alias: 'post',
      package: 'post',
      title: 'Post',
      getAddress: (address: string) => address,
      create: (_: object) => ({
        async send({ address }) {
          addresses.push(address);
          held?.arrived();
          await held?.over;
          return {};
        },
      }),
    });
    const site = createSitemessage({ storage, runtime, messengers: [post({})] });
    onTestFinished(() => site.close());
    return {
      storage,
      site,
      addresses,
      schedule: (address: string, dueAt?: number) =>
        site.scheduleMessages('Hi', site.recipients('post', address), dueAt === undefined ? {} : { dueAt }),
      /** Sends do not end before `goOn` is called. */
      holdUp() {
        const arrival = Promise.withResolvers<void>();
        const over = Promise.withResolvers<void>();
        held = { arrived: arrival.resolve, over: over.promise };
        return { arrived: arrival.promise, goOn: over.resolve };
      },
    };
  };
}

describe.each(machines)('a machine whose clock is %s', (_, offMs) => {
  it.each([
    ['another one', 0],
    ['one whose clock is off the other way', -offMs],
  ])('takes nothing from a live lease of %s, nor does that one', async (_other, otherMs) => {
    const machine = setUp();
    const pairs = [
      [machine(offMs), machine(otherMs)],
      [machine(otherMs), machine(offMs)],
    ] as const;
    for (const [holder, intruder] of pairs) {
      const { arrived, goOn } = holder.holdUp();
      await holder.schedule('ann');
      const sending = holder.site.sendScheduledMessages();
      await arrived;
      expect(await intruder.site.sendScheduledMessages()).toMatchObject({ sent: 0, failed: 0, error: 0, released: 0 });
      goOn();
      expect(await sending).toMatchObject({ sent: 1 });
      expect(intruder.addresses).toEqual([]);
    }
  });

  it('leases for as long as another one, by the clock of the database', async () => {
    const holder = setUp()(offMs);
    const { arrived, goOn } = holder.holdUp();
    await holder.schedule('ann');
    const before = await holder.storage.clock();
    const sending = holder.site.sendScheduledMessages();
    await arrived;
    const [leased] = await Array.fromAsync(holder.site.list());
    const after = await holder.storage.clock();
    goOn();
    await sending;
    // Half a round trip is the most that its clock is off by.
    expect(leased?.dueAt).toBeGreaterThan(before + minuteMs - 1_000);
    expect(leased?.dueAt).toBeLessThan(after + minuteMs + 1_000);
  });

  it('sends what is due, be it scheduled by another one, and leaves what is not', async () => {
    const machine = setUp();
    const [off, right] = [machine(offMs), machine(0)];
    await right.schedule('now');
    await right.schedule('later', (await right.storage.clock()) + minuteMs);
    expect(await off.site.sendScheduledMessages()).toMatchObject({ sent: 1 });
    expect(off.addresses).toEqual(['now']);
  });

  it('schedules what is due at once for another one', async () => {
    const machine = setUp();
    const [off, right] = [machine(offMs), machine(0)];
    await off.schedule('now');
    expect(await right.site.sendScheduledMessages()).toMatchObject({ sent: 1 });
  });
});
