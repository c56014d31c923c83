import type { Storage } from '../storage/port.ts';
import { runContract, type TestRunner } from './contract.ts';
import { claimTests } from './storage/claim.ts';
import { countTests } from './storage/counts.ts';
import { deferTests } from './storage/defer.ts';
import { enqueueTests } from './storage/enqueue.ts';
import { enqueueIterableTests } from './storage/enqueue-iterable.ts';
import { enqueueKeyTests } from './storage/enqueue-key.ts';
import { expandTests } from './storage/expand.ts';
import { fencingTests } from './storage/fencing.ts';
import { findListTests } from './storage/find-list.ts';
import { runStorageTest, type StorageTest } from './storage/fixture.ts';
import { inFlightTests } from './storage/in-flight.ts';
import { lifecycleTests } from './storage/lifecycle.ts';
import { pruneTests } from './storage/prune.ts';
import { rateWindowTests } from './storage/rate-windows.ts';
import { reportTests } from './storage/report.ts';
import { cancelTests, requeueTests } from './storage/requeue-cancel.ts';
import { reserveTests } from './storage/reserve.ts';
import { settleTests } from './storage/settle.ts';
import { subscriptionTests } from './storage/subscriptions.ts';
import { suppressionTests } from './storage/suppressions.ts';
import { textTests } from './storage/text.ts';
import { textMatchingTests } from './storage/text-matching.ts';

const chapters: Readonly<Record<string, readonly StorageTest[]>> = {
  'enqueue from an array': enqueueTests,
  'enqueue from an async iterable': enqueueIterableTests,
  'enqueue under a key': enqueueKeyTests,
  claim: claimTests,
  'rows in flight': inFlightTests,
  'settle: outcomes': [...settleTests, ...expandTests],
  'settle: fencing': fencingTests,
  'reserve and defer': [...reserveTests, ...deferTests, ...rateWindowTests],
  'find and list': findListTests,
  counts: countTests,
  requeue: requeueTests,
  cancel: cancelTests,
  report: reportTests,
  prune: pruneTests,
  subscriptions: subscriptionTests,
  suppressions: suppressionTests,
  'text of all kinds': [...textTests, ...textMatchingTests],
  'clock and migrate': lifecycleTests,
};

/**
 * Registers the tests that every storage must pass. None can be switched off: core relies on each.
 *
 * ```ts
 * import { describe, it } from 'vitest'; // or node:test, or another runner
 * import { storageContract } from '@sitemessage/core/testing';
 *
 * storageContract({ describe, it }, { create: async () => myStorage({ path: ':memory:' }) });
 * ```
 *
 * Each test calls `create` for an empty storage, migrates it and closes it. The tests pass all times to the
 * storage, most of them in 2001, and never sleep. A call that never settles, such as one behind a lock, ends by
 * the timeout of the runner.
 */
export function storageContract(runner: TestRunner, { create }: { create(): Promise<Storage> }): void {
  runContract(runner, 'the storage contract', chapters, (test) => runStorageTest(create, test));
}
