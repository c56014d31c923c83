import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemRuntime } from '../../src/runtime.ts';
import { type MessengerUnderTest, messengerContract } from '../../src/testing/index.ts';
import { brokenAtAborts } from '../broken/abort.ts';
import { brokenAddresses } from '../broken/address.ts';
import { brokenDefinitions } from '../broken/definition.ts';
import { brokenAtFaults } from '../broken/faults.ts';
import { litteringMessengers } from '../broken/leftovers.ts';
import { leakyMessengers } from '../broken/secrecy.ts';
import { brokenSenders } from '../broken/sending.ts';
import { startLoopback } from '../loopback/start.ts';

const brokenMessengers = [
  ...brokenDefinitions,
  ...brokenAddresses,
  ...brokenSenders,
  ...brokenAtFaults,
  ...brokenAtAborts,
  ...leakyMessengers,
  ...litteringMessengers,
];

/** The tests of the contract by name, not run yet. */
function contract(start: () => Promise<MessengerUnderTest>): Map<string, () => Promise<void>> {
  const tests = new Map<string, () => Promise<void>>();
  messengerContract({ describe: (_, body) => body(), it: (name, body) => tests.set(name, body) }, { start });
  return tests;
}

/** The contract waits up to 4 s before it says that something never settles: here that passes forty times as fast. */
beforeEach(() => {
  const { sleep, monotonic } = systemRuntime;
  vi.spyOn(systemRuntime, 'sleep').mockImplementation((ms, signal) => sleep(ms / 40, signal));
  vi.spyOn(systemRuntime, 'monotonic').mockImplementation(() => monotonic() * 40);
});

/** The runner would take a rejection that nobody handles for its own; one of the broken messengers leaves some. */
const runnersOwn = process.listeners('unhandledRejection');
beforeEach(() => {
  for (const listener of runnersOwn) process.off('unhandledRejection', listener);
  process.on('unhandledRejection', ignore);
});

afterEach(() => {
  vi.restoreAllMocks();
  process.off('unhandledRejection', ignore);
  for (const listener of runnersOwn) process.on('unhandledRejection', listener);
});

function ignore(): void {}

describe('the messenger contract', () => {
  it.each(brokenMessengers)('catches a messenger that $fault', async ({ caughtBy, spoil }) => {
    const tests = contract(async () => spoil(await startLoopback()));
    for (const sentence of caughtBy) {
      await expect(tests.get(sentence)?.(), sentence).rejects.toThrow();
    }
  });

  it('has no sentence that no broken messenger fails', () => {
    const caught = new Set(brokenMessengers.flatMap(({ caughtBy }) => caughtBy));
    expect([...contract(startLoopback).keys()].filter((sentence) => !caught.has(sentence))).toEqual([]);
  });
});
