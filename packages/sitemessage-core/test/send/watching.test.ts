import { expect, it } from 'vitest';
import { createSitemessage, type SitemessageEvent, TransientError } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Watcher } from '../../src/storage/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

/** A worker, and the storage's side of its watching. */
function setUp() {
  const runtime = fakeRuntime();
  const scripted = scriptedMessenger();
  const watchers = new Set<Watcher>();
  const site = createSitemessage({
    storage: {
      ...memoryStorage({ runtime }),
      watch(watcher) {
        watchers.add(watcher);
        return () => void watchers.delete(watcher);
      },
    },
    runtime,
    messengers: [scripted.messenger],
  });
  const events: SitemessageEvent[] = [];
  site.onEvent((event) => events.push(event));
  return { runtime, scripted, watchers, site, told: () => events.filter(({ type }) => type.startsWith('watch_')) };
}

const outage = new TransientError('The line broke', { code: 'storage_unreachable', cause: new Error('hunter2') });

it('a worker whose storage hears of nobody says so, and sends what it finds when it looks', async () => {
  const { runtime, scripted, watchers, site, told } = setUp();
  const worker = site.startWorker({ pollIntervalMs: 1_000 });
  await runtime.advance(10);
  for (const { failed } of watchers) failed(outage);
  for (const { recovered } of watchers) recovered();
  expect(told()).toEqual([
    { type: 'watch_failed', error: { kind: 'transient', code: 'storage_unreachable', message: 'The line broke' } },
    { type: 'watch_recovered' },
  ]);
  const prepared = await site.prepare('Hi', site.recipients('scripted', 'a'));
  await prepared.save(undefined as never);
  await runtime.advance(1_251);
  expect(scripted.addresses()).toEqual(['a']);
  await runtime.run(worker.stop());
});

it('a worker that has stopped watches no more', async () => {
  const { runtime, watchers, site } = setUp();
  const worker = site.startWorker();
  expect(watchers.size).toBe(1);
  await runtime.run(worker.stop());
  expect(watchers.size).toBe(0);
});
