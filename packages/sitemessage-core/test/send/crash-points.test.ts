import { describe, expect, it } from 'vitest';
import { createSitemessage, type Delivery, defineMessenger } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { QueueStore, Storage } from '../../src/storage/index.ts';
import { type FakeRuntime, fakeRuntime } from '../../src/testing/index.ts';

/** What befalls a process at one of its calls to the storage or to the messenger. */
interface Blow {
  /** Counted from 0. */
  readonly call: number;
  readonly when: 'before' | 'after';
  /** The call fails, and the process goes on; or the process ends there; or it stands still for so long that others take over, and goes on. */
  readonly how: 'fails' | 'ends' | 'stalls';
}

const people = ['ann', 'bob', 'carl', 'dora', 'eve', 'fred', 'gina'];
const never = new Promise<never>(() => undefined);
/** Longer than two leases. */
const stallMs = 150_000;

/** A process whose calls are counted, and which is struck at one of them. Once it has ended, nothing of it goes on. */
function mortal({ call, when, how }: Blow, runtime: FakeRuntime) {
  const life = { calls: 0, names: [] as string[], hasEnded: false };
  const strike = async (): Promise<void> => {
    if (how === 'fails') throw new Error('struck');
    if (how === 'stalls') return runtime.sleep(stallMs);
    life.hasEnded = true;
    return never;
  };
  const around =
    <Arguments extends unknown[], Result>(name: string, work: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      if (life.hasEnded) return never;
      const isStruck = life.calls === call;
      life.calls += 1;
      life.names.push(name);
      if (isStruck && when === 'before') await strike();
      const result = await work(...given);
      if (isStruck && when === 'after') await strike();
      return life.hasEnded ? never : result;
    };
  return { life, around };
}

type Around = ReturnType<typeof mortal>['around'];

function setUp(runtime: FakeRuntime) {
  const memory = memoryStorage({ runtime });
  const deliveries: Delivery[] = [];
  const holder = new Map<string, string>();
  const intruders: string[] = [];

  /** Knows who holds what, and who settles what another one holds. */
  const watched: QueueStore = {
    ...memory.queue,
    async claim(request) {
      const claimed = await memory.queue.claim(request);
      for (const { id } of claimed.claims) holder.set(id, request.token);
      return claimed;
    },
    async settle(token, settlements, now, marks) {
      const applied = await memory.queue.settle(token, settlements, now, marks);
      intruders.push(...applied.ids.filter((id) => holder.get(id) !== token));
      return applied;
    },
  };

  const processWith = (around: Around) => {
    const storage: Storage = {
      ...memory,
      clock: around('clock', memory.clock),
      queue: {
        ...watched,
        claim: around('claim', watched.claim),
        settle: around('settle', watched.settle),
        reserve: around('reserve', watched.reserve),
        openQueues: around('openQueues', watched.openQueues),
      },
    };
    const post = defineMessenger({
      alias: 'post',
      package: 'post',
      title: 'Post',
      getAddress: (address: string) => address,
      create: (_: object) => ({
        concurrency: 2,
        limits: () => [{ key: 'post', intervalMs: 100, burst: 3 }],
        open: around('open', async () => ({
          send: around('send', async (delivery: Delivery) => {
            await runtime.sleep(10);
            deliveries.push(delivery);
            return {};
          }),
          close: around('close', async () => undefined),
        })),
      }),
    });
    return createSitemessage({ storage, runtime, messengers: [post({})] });
  };
  return { memory, deliveries, intruders, processWith };
}

/** Lets a process work until it is struck, and others after it until nothing is left. */
async function live(blow: Blow) {
  const runtime = fakeRuntime();
  const { memory, deliveries, intruders, processWith } = setUp(runtime);
  const healthy = () => processWith((_, work) => work);
  await healthy().scheduleMessages('Hello', healthy().recipients('post', people));

  const { life, around } = mortal(blow, runtime);
  const dying = processWith(around)
    .sendScheduledMessages()
    .catch(() => undefined);
  await runtime.advance(1_000);
  // Longer than a lease, and than any pause after what failed.
  for (let round = 0; round < 10 && (await memory.queue.counts()).length > 0; round++) {
    await runtime.advance(130_000);
    await runtime.run(healthy().sendScheduledMessages());
  }
  if (!life.hasEnded) await runtime.run(dying);
  return { life, memory, deliveries, intruders };
}

describe.each<Pick<Blow, 'how' | 'when'>>([
  { how: 'fails', when: 'before' },
  { how: 'fails', when: 'after' },
  { how: 'ends', when: 'before' },
  { how: 'ends', when: 'after' },
  { how: 'stalls', when: 'before' },
  { how: 'stalls', when: 'after' },
])('a process that $how at a call, $when its effect,', ({ how, when }) => {
  it('loses nothing, wherever that is, and sends little twice', async () => {
    const names: string[] = [];
    for (let call = 0; ; call++) {
      const { life, memory, deliveries, intruders } = await live({ call, when, how });
      if (life.calls <= call) break;
      const struck = life.names[call] as string;
      names.push(struck);
      const where = `${struck}, call ${call}`;

      const records = await Array.fromAsync(memory.queue.list({}));
      expect(records, where).toHaveLength(people.length);
      for (const { id, address, status, attempt, dueAt } of records) {
        expect({ status, dueAt }, `${where}: ${address}`).toEqual({ status: 'sent', dueAt: undefined });
        const times = deliveries.filter((delivery) => delivery.id === id).length;
        expect(times, `${where}: ${address}`).toBeGreaterThanOrEqual(1);
        // Nothing is sent again but what was under way, or not stored yet, when it was struck.
        expect(times, `${where}: ${address}`).toBeLessThanOrEqual(2);
        // An attempt that was cut off before the storage knew of it is not counted.
        expect(attempt, `${where}: ${address}`).toBeGreaterThanOrEqual(1);
        expect(attempt, `${where}: ${address}`).toBeLessThanOrEqual(2);
      }
      expect(intruders, where).toEqual([]);
      // The process lived, and knew what had been sent, but for a message that went out with an error.
      if (how === 'fails' && !(struck === 'send' && when === 'after')) expect(deliveries, where).toHaveLength(people.length);
    }
    expect(new Set(names)).toEqual(new Set(['clock', 'claim', 'reserve', 'open', 'send', 'settle', 'close', 'openQueues']));
  });
});
