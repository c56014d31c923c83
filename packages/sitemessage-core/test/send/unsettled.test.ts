import { expect, it } from 'vitest';
import { createSitemessage } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import { mostUnsettled } from '../../src/send/unsettled.ts';
import type { Storage } from '../../src/storage/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

const aliases = ['one', 'two', 'three', 'four', 'five', 'six'];
const concurrency = 10;

it.each([1, 10])(
  'six messengers of a site have 50 unsettled results together, with a storage that takes %d groups at once',
  async (groups) => {
    const runtime = fakeRuntime();
    const memory = memoryStorage({ runtime });
    let sent = 0;
    let stored = 0;
    let most = 0;
    const storage: Storage = {
      ...memory,
      concurrency: groups,
      queue: {
        ...memory.queue,
        async settle(...given) {
          await runtime.sleep(30);
          const applied = await memory.queue.settle(...given);
          stored += applied.ids.length;
          return applied;
        },
      },
    };
    const messengers = aliases.map((alias) => {
      const scripted = scriptedMessenger({ concurrency });
      scripted.script = () => {
        sent += 1;
        most = Math.max(most, sent - stored);
        return undefined;
      };
      return { ...scripted.messenger, alias };
    });
    const site = createSitemessage({ storage, runtime, messengers });
    for (const alias of aliases) {
      await site.scheduleMessages(
        'Hi',
        site.recipients(
          alias,
          Array.from({ length: 200 }, (_, index) => `user${index}`),
        ),
      );
    }
    const worker = site.startWorker();
    await runtime.advance(60_000);
    await runtime.run(worker.stop());
    expect(sent).toBe(aliases.length * 200);
    // And what each messenger has in flight.
    expect(most).toBeLessThanOrEqual(mostUnsettled + aliases.length * concurrency);
    expect(most).toBeGreaterThanOrEqual(mostUnsettled);
  },
);
