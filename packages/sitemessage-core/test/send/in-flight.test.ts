import { describe, expect, it } from 'vitest';
import { createSitemessage, type Delivery, defineMessageType, type Limit, type SitemessageEvent } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

const never = new Promise<never>(() => undefined);
const leaseMs = 60_000;
const people = Array.from({ length: 40 }, (_, index) => `user${index}`);

const order = defineMessageType({ alias: 'order', title: 'Order', render: { default: () => ({ text: 'Shipped' }) } });
const ticket = defineMessageType({ alias: 'ticket', title: 'Ticket', onUnknown: 'hold', render: { default: () => ({ text: 'Yours' }) } });

/** Processes around one storage. What a process sends goes to `provider`, which may end the process. */
function setUp(concurrency = 4, limits?: () => readonly Limit[]) {
  const runtime = fakeRuntime();
  const storage = memoryStorage({ runtime });
  const sends: Delivery[] = [];
  const events: SitemessageEvent[] = [];

  const start = (provider: (delivery: Delivery, end: () => void) => Promise<void> | void) => {
    let hasEnded = false;
    const living =
      <Arguments extends unknown[], Result>(work: (...given: Arguments) => Promise<Result>) =>
      async (...given: Arguments): Promise<Result> => {
        if (hasEnded) return never;
        const result = await work(...given);
        return hasEnded ? never : result;
      };
    const { queue } = storage;
    const mortal: Storage = {
      ...storage,
      clock: living(storage.clock),
      queue: {
        ...queue,
        claim: living(queue.claim),
        settle: living(queue.settle),
        reserve: living(queue.reserve),
        counts: living(queue.counts),
      },
      suppressions: { ...storage.suppressions, among: living(storage.suppressions.among) },
    };
    const scripted = scriptedMessenger({ concurrency, ...(limits && { limits }) });
    scripted.script = async (delivery) => {
      if (hasEnded) return never;
      sends.push(delivery);
      await provider(delivery, () => {
        hasEnded = true;
      });
      return hasEnded ? never : undefined;
    };
    const site = createSitemessage({ storage: mortal, runtime, messengers: [scripted.messenger], messageTypes: [order, ticket] });
    site.onEvent((event) => events.push(event));
    const worker = site.startWorker();
    return { site, worker, hasEnded: () => hasEnded };
  };

  const office = createSitemessage({ storage, runtime, messengers: [scriptedMessenger().messenger], messageTypes: [order, ticket] });
  return {
    runtime,
    sends,
    events,
    start,
    schedule: (type: typeof order | typeof ticket, addresses: readonly string[] = people) =>
      office.scheduleMessages(type({}), office.recipients('scripted', addresses)),
    records: () => Array.fromAsync(storage.queue.list({})),
  };
}

describe('a dispatch that ends its process', () => {
  it('takes no other one along: each of the others is sent, and what was never sent has all its attempts', async () => {
    const { runtime, sends, start, schedule, records } = setUp();
    const poison = 'user17';
    await schedule(order);
    let lives = 0;
    for (; lives < 30; lives++) {
      const { hasEnded, worker } = start(async ({ address }, end) => {
        await runtime.sleep(5);
        if (address === poison) end();
      });
      for (let waited = 0; waited < 5 && !hasEnded(); waited++) await runtime.advance(leaseMs);
      if (!hasEnded()) {
        await runtime.run(worker.stop());
        break;
      }
      for (const { id, attempt, status } of await records()) {
        if (!sends.some((delivery) => delivery.id === id))
          expect([status, attempt <= 1], id).toEqual([expect.not.stringMatching('failed'), true]);
      }
    }
    const byStatus = Map.groupBy(await records(), ({ status }) => status);
    expect([...byStatus.keys()].toSorted()).toEqual(['failed', 'sent']);
    expect(byStatus.get('failed')).toMatchObject([{ address: poison }]);
    expect(byStatus.get('sent')).toHaveLength(people.length - 1);
    // Twice among others, then alone until its attempts are used up.
    expect(lives).toBeLessThanOrEqual(13);
    // Once before it was known, twice beside the one that ends processes, and alone.
    const repeated = people.filter((address) => address !== poison && sends.filter((delivery) => delivery.address === address).length > 4);
    expect(repeated).toEqual([]);
  });

  it('goes alone in its process after some lives', async () => {
    const { runtime, start, schedule } = setUp();
    const poison = 'user0';
    await schedule(order);
    for (let life = 0; life < 4; life++) {
      start(async ({ address }, end) => {
        await runtime.sleep(5);
        if (address === poison) end();
      });
      await runtime.advance(2 * leaseMs);
    }
    let inFlight = 0;
    let besides: number | undefined;
    const { worker } = start(async ({ address, message }) => {
      const isPoison = address === poison && message.type === 'order';
      inFlight += 1;
      if (isPoison) besides = inFlight - 1;
      await runtime.sleep(50);
      if (isPoison) besides = (besides ?? 0) + inFlight - 1;
      inFlight -= 1;
    });
    await schedule(ticket);
    await runtime.advance(2 * leaseMs);
    expect(besides).toBe(0);
    await runtime.run(worker.stop());
  });

  it('takes none along that must not be repeated, and never was sent', async () => {
    const { runtime, sends, start, schedule, records } = setUp();
    const poison = 'user0';
    await schedule(order, [poison]);
    for (let life = 0; life < 2; life++) {
      start(async ({ address }, end) => {
        await runtime.sleep(5);
        if (address === poison) end();
      });
      await runtime.advance(2 * leaseMs);
    }
    await schedule(ticket);
    for (let life = 0; life < 3; life++) {
      const { hasEnded } = start(async ({ address, message }, end) => {
        await runtime.sleep(50);
        if (address === poison && message.type === 'order') end();
      });
      await runtime.advance(2 * leaseMs);
      expect(hasEnded()).toBe(true);
    }
    const neverSent = (await records()).filter(({ id }) => !sends.some((delivery) => delivery.id === id));
    expect(neverSent.filter(({ status }) => status === 'failed')).toEqual([]);
  });

  it('is found out even when it is the first thing that its process does', async () => {
    const { runtime, start, schedule, records } = setUp(1);
    await schedule(order);
    for (let life = 0; life < 30; life++) {
      const { hasEnded, worker } = start(({ address }, end) => {
        if (address === 'user0') end();
      });
      for (let waited = 0; waited < 5 && !hasEnded(); waited++) await runtime.advance(leaseMs);
      if (hasEnded()) continue;
      await runtime.run(worker.stop());
      break;
    }
    expect((await records()).filter(({ status }) => status !== 'sent')).toMatchObject([{ address: 'user0', status: 'failed' }]);
  });
});

describe('a dispatch that ends its process through a messenger with limits', () => {
  it('is found out, and all others are sent', async () => {
    const { runtime, start, schedule, records } = setUp(4, () => [{ key: 'scripted', intervalMs: 100, burst: 1 }]);
    await schedule(order);
    for (let life = 0; life < 30; life++) {
      const { hasEnded, worker } = start(({ address }, end) => {
        if (address === 'user9') end();
      });
      for (let waited = 0; waited < 5 && !hasEnded(); waited++) await runtime.advance(leaseMs);
      if (hasEnded()) continue;
      await runtime.run(worker.stop());
      break;
    }
    expect((await records()).filter(({ status }) => status !== 'sent')).toMatchObject([{ address: 'user9', status: 'failed' }]);
  });
});

describe('a process that is killed with messages of a type that holds', () => {
  it('leaves for an operator what may have gone out, and sends the rest once', async () => {
    const { runtime, sends, start, schedule, records } = setUp();
    await schedule(ticket);
    start(async (_, end) => {
      await runtime.sleep(5);
      if (sends.length > 20) end();
    });
    await runtime.advance(1_000);
    const sentBefore = new Set(sends.map(({ id }) => id));
    expect(sentBefore.size).toBeGreaterThan(20);
    const { worker } = start(() => undefined);
    await runtime.advance(2 * leaseMs);
    await runtime.run(worker.stop());
    const held = (await records()).filter(({ status }) => status === 'failed');
    expect(held.filter(({ id }) => !sentBefore.has(id))).toEqual([]);
    expect(held.length).toBeLessThanOrEqual(2 * 4);
    expect((await records()).filter(({ status }) => status === 'sent')).toHaveLength(people.length - held.length);
    expect(new Set(sends.map(({ id }) => id)).size).toBe(sends.length);
  });
});
