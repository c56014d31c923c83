import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Storage } from '../../src/storage/port.ts';
import { storageContract } from '../../src/testing/index.ts';
import { claimMutants } from './storage-mutants/claim.ts';
import { countMutants } from './storage-mutants/counts.ts';
import { deferMutants } from './storage-mutants/defer.ts';
import { enqueueMutants } from './storage-mutants/enqueue.ts';
import { enqueueIterableMutants } from './storage-mutants/enqueue-iterable.ts';
import { enqueueKeyMutants } from './storage-mutants/enqueue-key.ts';
import { expandMutants } from './storage-mutants/expand.ts';
import { findListMutants } from './storage-mutants/find-list.ts';
import { inFlightMutants } from './storage-mutants/in-flight.ts';
import { lifecycleMutants } from './storage-mutants/lifecycle.ts';
import { pruneMutants } from './storage-mutants/prune.ts';
import { reportMutants } from './storage-mutants/report.ts';
import { requeueCancelMutants } from './storage-mutants/requeue-cancel.ts';
import { reserveMutants } from './storage-mutants/reserve.ts';
import { settleMutants } from './storage-mutants/settle.ts';
import { subscriptionMutants } from './storage-mutants/subscriptions.ts';
import { suppressionMutants } from './storage-mutants/suppressions.ts';
import { refusing, textMutants } from './storage-mutants/text.ts';

const mutants = [
  ...enqueueMutants,
  ...enqueueIterableMutants,
  ...enqueueKeyMutants,
  ...claimMutants,
  ...inFlightMutants,
  ...settleMutants,
  ...expandMutants,
  ...reserveMutants,
  ...deferMutants,
  ...findListMutants,
  ...countMutants,
  ...requeueCancelMutants,
  ...reportMutants,
  ...pruneMutants,
  ...subscriptionMutants,
  ...suppressionMutants,
  ...textMutants,
  ...lifecycleMutants,
];

/** Returns the tests of the contract by name, without running them. */
function contract(create: () => Storage): Map<string, () => Promise<void>> {
  const tests = new Map<string, () => Promise<void>>();
  storageContract({ describe: (_, body) => body(), it: (name, body) => tests.set(name, body) }, { create: async () => create() });
  return tests;
}

/**
 * Fails a test that is not done after 100 turns of the event loop: with a memory storage it would never end.
 */
async function finished(test: Promise<void> | undefined): Promise<void> {
  let isDone = false;
  const done = test?.finally(() => {
    isDone = true;
  });
  done?.catch(() => undefined);
  for (let turn = 0; turn < 100 && !isDone; turn++) await new Promise((resolve) => setImmediate(resolve));
  if (!isDone) throw new Error('The test never ends.');
  await done;
}

describe('the storage contract', () => {
  it.each(mutants)('catches a storage that $fault', async ({ caughtBy, mutate }) => {
    const tests = contract(() => mutate(memoryStorage()));
    for (const name of caughtBy) {
      expect(tests.has(name), name).toBe(true);
      await expect(finished(tests.get(name)?.()), name).rejects.toThrow();
    }
  });

  it('passes for the memory storage', async () => {
    for (const [name, test] of contract(memoryStorage)) await expect(finished(test()), name).resolves.toBeUndefined();
  });

  it('passes for a storage that refuses text its database cannot keep', async () => {
    const tests = contract(() => refusing(memoryStorage()));
    for (const [name, test] of tests) await expect(finished(test()), name).resolves.toBeUndefined();
  });

  it('has no test that every mutant passes', () => {
    const caught = new Set(mutants.flatMap(({ caughtBy }) => caughtBy));
    expect([...contract(memoryStorage).keys()].filter((name) => !caught.has(name))).toEqual([]);
  });
});
