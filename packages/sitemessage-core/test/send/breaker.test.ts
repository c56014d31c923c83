import { expect, it } from 'vitest';
import { createSitemessage, defineMessageType, type SitemessageEvent } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { type FakeRuntime, fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

const people = Array.from({ length: 300 }, (_, index) => `user${index}`);
const minuteMs = 60_000;

function processWith(storage: Storage, runtime: FakeRuntime, render: () => { text: string }) {
  const scripted = scriptedMessenger({ concurrency: 8 });
  const order = defineMessageType({ alias: 'order', title: 'Order', render: { default: render } });
  const site = createSitemessage({ storage, runtime, messengers: [scripted.messenger], messageTypes: [order] });
  const events: SitemessageEvent[] = [];
  site.onEvent((event) => events.push(event));
  return { site, order, scripted, events };
}

const broken = (): never => {
  throw new TypeError('total is undefined', { cause: new Error('no such order') });
};

it('a render with a bug costs ten dispatches and one each minute; another process with the mended code goes on at once', async () => {
  const runtime = fakeRuntime();
  const storage = memoryStorage({ runtime });
  const old = processWith(storage, runtime, broken);
  await old.site.scheduleMessages(old.order({}), old.site.recipients('scripted', people));
  await old.site.scheduleMessages('A plain one', old.site.recipients('scripted', people));
  const worker = old.site.startWorker();
  await runtime.advance(30_000);
  const failed = () => Array.fromAsync(storage.queue.list({ status: 'failed' }));
  expect((await failed()).length).toBeLessThanOrEqual(10 + 8);
  // Other types go on.
  expect(old.scripted.deliveries).toHaveLength(people.length);
  expect(old.events.filter(({ type }) => type === 'type_paused')).toMatchObject([
    { messageType: 'order', error: { code: 'render_failed' }, until: expect.any(Number) },
  ]);
  const waiting = await Array.fromAsync(storage.queue.list({ status: 'pending' }));
  expect(waiting.every(({ attempt, dueAt = Number.NaN }) => attempt === 0 && dueAt <= runtime.now())).toBe(true);

  const failedBefore = (await failed()).length;
  await runtime.advance(3 * minuteMs);
  expect((await failed()).length - failedBefore).toBeLessThanOrEqual(4);
  expect((await failed()).length - failedBefore).toBeGreaterThanOrEqual(2);

  const mended = processWith(storage, runtime, () => ({ text: 'Shipped' }));
  const other = mended.site.startWorker();
  await runtime.advance(2_000);
  expect(mended.scripted.deliveries.length).toBe(people.length - (await failed()).length);
  await runtime.run(Promise.all([worker.stop(), other.stop()]));
});

it('a process whose render works again goes on after its next try', async () => {
  const runtime = fakeRuntime();
  const storage = memoryStorage({ runtime });
  let isBroken = true;
  const { site, order, scripted, events } = processWith(storage, runtime, () => (isBroken ? broken() : { text: 'Shipped' }));
  await site.scheduleMessages(order({}), site.recipients('scripted', people));
  const worker = site.startWorker();
  await runtime.advance(5_000);
  isBroken = false;
  await runtime.advance(2 * minuteMs);
  expect(events.filter(({ type }) => type === 'type_resumed')).toEqual([{ type: 'type_resumed', messageType: 'order' }]);
  expect(scripted.deliveries.length).toBeGreaterThanOrEqual(people.length - 18);
  await runtime.run(worker.stop());
});

it('messengers with nothing to send do not use up the tries of one that has', async () => {
  const runtime = fakeRuntime();
  const storage = memoryStorage({ runtime });
  let isBroken = true;
  const { site, order, scripted } = processWith(storage, runtime, () => (isBroken ? broken() : { text: 'Shipped' }));
  for (let index = 0; index < 8; index++)
    site.registerMessengers({ ...scriptedMessenger().messenger, alias: `idle${index}` as 'scripted' });
  await site.scheduleMessages(order({}), site.recipients('scripted', people));
  const worker = site.startWorker({ pollIntervalMs: 1_000 });
  await runtime.advance(5_000);
  isBroken = false;
  await runtime.advance(minuteMs + 5_000);
  expect(scripted.deliveries.length).toBeGreaterThanOrEqual(people.length - 18);
  await runtime.run(worker.stop());
});

it('says where in the application it failed, and why', async () => {
  const runtime = fakeRuntime();
  const storage = memoryStorage({ runtime });
  const { site, order, events } = processWith(storage, runtime, broken);
  await site.scheduleMessages(order({}), site.recipients('scripted', 'ann'));
  await site.sendScheduledMessages();
  const failed = events.find((event) => event.type === 'failed');
  expect(failed?.error.message).toMatch(/failed: total is undefined \(at .*breaker\.test\.ts:\d+:\d+\)?\); caused by: no such order \(at /);
  const [record] = await Array.fromAsync(storage.queue.list({}));
  expect((await site.find(record?.id as string))?.errors[0]?.message).toBe(failed?.error.message);
});
