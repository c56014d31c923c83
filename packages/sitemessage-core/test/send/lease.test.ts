import { expect, it } from 'vitest';
import { createSitemessage } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

it('sends nothing for which less of the lease is left than a send may take, and uses up no attempt', async () => {
  const runtime = fakeRuntime();
  const scripted = scriptedMessenger({ timeoutMs: 30_000 });
  const memory = memoryStorage({ runtime });
  const leases = new Map<string, number>();
  const queue = {
    ...memory.queue,
    async claim(request: Parameters<typeof memory.queue.claim>[0]) {
      const claimed = await memory.queue.claim(request);
      for (const { id } of claimed.claims) leases.set(id, request.leaseUntil);
      return claimed;
    },
  };
  const site = createSitemessage({ storage: { ...memory, queue }, runtime, messengers: [scripted.messenger] });
  const released: number[] = [];
  site.onEvent((event) => event.type === 'released' && released.push(event.dispatch.attempt));
  const left: number[] = [];
  scripted.script = async ({ id }) => {
    left.push((leases.get(id) as number) - runtime.now());
    await runtime.sleep(20_000);
    return undefined;
  };
  await site.scheduleMessages('Hi', site.recipients('scripted', ['a', 'b', 'c', 'd']));
  const worker = site.startWorker();
  await runtime.advance(200_000);
  await runtime.run(worker.stop());
  expect(scripted.deliveries.map(({ address, attempt }) => `${address} ${attempt}`).sort()).toEqual(['a 1', 'b 1', 'c 1', 'd 1']);
  expect(left).toHaveLength(4);
  expect(Math.min(...left)).toBeGreaterThanOrEqual(30_000);
  expect(released.length).toBeGreaterThan(0);
});
