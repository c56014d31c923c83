import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Storage } from '../../src/storage/port.ts';
import { storageContract } from '../../src/testing/index.ts';
import { brokenAtClaim } from '../broken-storages/claim.ts';
import { brokenAtEnqueue } from '../broken-storages/enqueue.ts';
import { brokenInFlight } from '../broken-storages/in-flight.ts';
import { brokenAtKeys } from '../broken-storages/keys.ts';
import { brokenAtPacing } from '../broken-storages/pacing.ts';
import { brokenAtReading } from '../broken-storages/reading.ts';
import { brokenAtReporting } from '../broken-storages/reporting.ts';
import { brokenAtSettle } from '../broken-storages/settle.ts';
import { brokenAtStreaming } from '../broken-storages/streaming.ts';
import { brokenAtSubscriptions, brokenAtSuppressions } from '../broken-storages/subscriptions.ts';
import { brokenAtText, refusing } from '../broken-storages/text.ts';
import { brokenAtPrune, brokenAtUpkeep, brokenSchemas } from '../broken-storages/upkeep.ts';

const brokenStorages = [
  ...brokenAtEnqueue,
  ...brokenAtStreaming,
  ...brokenAtKeys,
  ...brokenAtClaim,
  ...brokenAtSettle,
  ...brokenAtPacing,
  ...brokenAtReading,
  ...brokenAtUpkeep,
  ...brokenInFlight,
  ...brokenAtReporting,
  ...brokenAtPrune,
  ...brokenAtSubscriptions,
  ...brokenAtSuppressions,
  ...brokenAtText,
  ...brokenSchemas,
];

/** The tests of the contract by name, not run yet. */
function contract(create: () => Storage): Map<string, () => Promise<void>> {
  const tests = new Map<string, () => Promise<void>>();
  storageContract({ describe: (_, body) => body(), it: (name, body) => tests.set(name, body) }, { create: async () => create() });
  return tests;
}

/** Nothing but promises keeps a storage in memory waiting: what is not done after some turns of the event loop never will be. */
async function finished(test: Promise<void> | undefined): Promise<void> {
  let isDone = false;
  const done = test?.finally(() => {
    isDone = true;
  });
  done?.catch(() => undefined);
  for (let turn = 0; turn < 100 && !isDone; turn++) await new Promise((resolve) => setImmediate(resolve));
  if (!isDone) throw new Error('It waits for ever.');
  await done;
}

describe('the storage contract', () => {
  it.each(brokenStorages)('catches a storage that $fault', async ({ caughtBy, spoil }) => {
    const tests = contract(() => spoil(memoryStorage()));
    for (const sentence of caughtBy) {
      expect(tests.has(sentence), sentence).toBe(true);
      await expect(finished(tests.get(sentence)?.()), sentence).rejects.toThrow();
    }
  });

  it('lets the storage in memory pass', async () => {
    for (const [sentence, test] of contract(memoryStorage)) await expect(finished(test()), sentence).resolves.toBeUndefined();
  });

  it('lets a storage pass that refuses what its database cannot keep', async () => {
    const tests = contract(() => refusing(memoryStorage()));
    for (const [sentence, test] of tests) await expect(finished(test()), sentence).resolves.toBeUndefined();
  });

  it('has no sentence that no broken storage fails', () => {
    const caught = new Set(brokenStorages.flatMap(({ caughtBy }) => caughtBy));
    expect([...contract(memoryStorage).keys()].filter((sentence) => !caught.has(sentence))).toEqual([]);
  });
});
