import { runContract, type TestRunner } from './contract.ts';
import { abortTests } from './messenger/abort.ts';
import { addressTests } from './messenger/address.ts';
import { consoleTests } from './messenger/console-output.ts';
import { definitionTests } from './messenger/definition.ts';
import { faultTests } from './messenger/faults.ts';
import { type MessengerTest, type MessengerUnderTest, runMessengerTest } from './messenger/fixture.ts';
import { resourceTests } from './messenger/resources.ts';
import { secretTests } from './messenger/secrets.ts';
import { sendingTests } from './messenger/sending.ts';

const chapters: Readonly<Record<string, readonly MessengerTest[]>> = {
  definition: definitionTests,
  getAddress: addressTests,
  sending: sendingTests,
  faults: faultTests,
  abort: abortTests,
  secrets: secretTests,
  'open resources': resourceTests,
  'console output': consoleTests,
};

/**
 * Registers the tests that every messenger must pass. None can be switched off: core relies on each.
 *
 * ```ts
 * import { describe, it } from 'vitest'; // or node:test, or another runner
 * import { messengerContract } from '@sitemessage/core/testing';
 *
 * messengerContract({ describe, it }, {
 *   start: async () => ({ messenger, emulator, addresses, badAddresses, secrets, close }),
 * });
 * ```
 *
 * Each test calls `start` for a new messenger and a new emulator, and closes them. A test takes milliseconds,
 * and at most 5 seconds when it fails.
 */
export function messengerContract(runner: TestRunner, { start }: { start(): Promise<MessengerUnderTest> }): void {
  runContract(runner, 'the messenger contract', chapters, (test) => runMessengerTest(start, test));
}
