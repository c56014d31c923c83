import type { Storage } from '../storage/port.ts';
import type { TestRunner } from './runner.ts';
import { claiming } from './storage/claim.ts';
import { enqueueing } from './storage/enqueue.ts';
import { fencing } from './storage/fencing.ts';
import { marking } from './storage/in-flight.ts';
import { keys } from './storage/keys.ts';
import { pacing } from './storage/pacing.ts';
import { pruning } from './storage/prune.ts';
import { counting, reading } from './storage/reading.ts';
import { reporting } from './storage/reporting.ts';
import { schema } from './storage/schema.ts';
import { outcomes } from './storage/settle.ts';
import { streaming } from './storage/streaming.ts';
import { subscribing } from './storage/subscriptions.ts';
import { suppressing } from './storage/suppressions.ts';
import { texts } from './storage/text.ts';
import { textMatching } from './storage/text-matching.ts';
import { type Clause, onTrial } from './storage/trial.ts';
import { cancelling, requeueing } from './storage/upkeep.ts';

const chapters: Readonly<Record<string, readonly Clause[]>> = {
  'enqueue from an array': enqueueing,
  'enqueue from an async iterable': streaming,
  'enqueue under a key': keys,
  claim: claiming,
  'what is in flight': marking,
  'settle: outcomes': outcomes,
  'settle: fencing': fencing,
  'reserve and defer': pacing,
  'find and list': reading,
  counts: counting,
  requeue: requeueing,
  cancel: cancelling,
  report: reporting,
  prune: pruning,
  subscriptions: subscribing,
  suppressions: suppressing,
  'text of all kinds': [...texts, ...textMatching],
  'clock and migrate': schema,
};

/**
 * What every storage promises, as tests. None can be switched off: what holds for one holds for all, and core relies on it.
 *
 * ```ts
 * import { describe, it } from 'vitest'; // or node:test, or another runner
 * import { storageContract } from '@sitemessage/core/testing';
 *
 * storageContract({ describe, it }, { create: async () => myStorage({ path: ':memory:' }) });
 * ```
 *
 * `create` is called for every test and gives an empty storage of its own, which the test migrates and closes. All times are given
 * to the storage, in 2001 for the most part; nothing sleeps. What waits for ever (a lock that is held too long) is left to the
 * runner's time-out.
 */
export function storageContract({ describe, it }: TestRunner, { create }: { create(): Promise<Storage> }): void {
  describe('the storage contract', () => {
    for (const [chapter, clauses] of Object.entries(chapters)) {
      describe(chapter, () => {
        for (const clause of clauses) it(clause.name, () => onTrial(create, clause));
      });
    }
  });
}
