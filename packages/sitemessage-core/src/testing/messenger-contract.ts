import { abort } from './messenger/abort.ts';
import { address } from './messenger/address.ts';
import { definition } from './messenger/definition.ts';
import { faultClauses } from './messenger/faults.ts';
import { leftovers } from './messenger/leftovers.ts';
import { secrecy } from './messenger/secrecy.ts';
import { sending } from './messenger/sending.ts';
import { silence } from './messenger/silence.ts';
import { type Clause, type MessengerUnderTest, onTrial } from './messenger/trial.ts';
import type { TestRunner } from './runner.ts';

const chapters: Readonly<Record<string, readonly Clause[]>> = {
  'the messenger itself': definition,
  getAddress: address,
  sending,
  faults: faultClauses,
  abort,
  secrets: secrecy,
  leftovers,
  silence,
};

/**
 * What every messenger promises, as tests. None can be switched off: what holds for one holds for all, and core relies on it.
 *
 * ```ts
 * import { describe, it } from 'vitest'; // or node:test, or another runner
 * import { messengerContract } from '@sitemessage/core/testing';
 *
 * messengerContract({ describe, it }, { start: async () => ({ messenger, emulator, addresses, badAddresses, secrets, close }) });
 * ```
 *
 * `start` is called for every test and gives a new messenger and a new emulator, which the test closes. Tests take no longer than
 * 5 seconds each, and milliseconds when all is well.
 */
export function messengerContract({ describe, it }: TestRunner, { start }: { start(): Promise<MessengerUnderTest> }): void {
  describe('the messenger contract', () => {
    for (const [chapter, clauses] of Object.entries(chapters)) {
      describe(chapter, () => {
        for (const clause of clauses) it(clause.name, () => onTrial(start, clause));
      });
    }
  });
}
