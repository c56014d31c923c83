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

/** Returns a function that makes a site on a new database, on a machine whose clock is off by `offMs`. */
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
      /** Keeps sends from ending until `goOn` is called. */
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
    ['another machine', 0],
    ['a machine whose clock is off the other way', -offMs],
  ])('does not claim from a live lease of %s, and the other way round', async (_other, otherMs) => {
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

  it('leases for as long as other machines, by the clock of the database', async () => {
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
    // The clock of the storage is off by half a round trip at most.
    expect(leased?.dueAt).toBeGreaterThan(before + minuteMs - 1_000);
    expect(leased?.dueAt).toBeLessThan(after + minuteMs + 1_000);
  });

  it('sends only due dispatches of another machine', async () => {
    const machine = setUp();
    const [off, right] = [machine(offMs), machine(0)];
    await right.schedule('now');
    await right.schedule('later', (await right.storage.clock()) + minuteMs);
    expect(await off.site.sendScheduledMessages()).toMatchObject({ sent: 1 });
    expect(off.addresses).toEqual(['now']);
  });

  it('schedules dispatches that are due at once on another machine', async () => {
    const machine = setUp();
    const [off, right] = [machine(offMs), machine(0)];
    await off.schedule('now');
    expect(await right.site.sendScheduledMessages()).toMatchObject({ sent: 1 });
  });
});
