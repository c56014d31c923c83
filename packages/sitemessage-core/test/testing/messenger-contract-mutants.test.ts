import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemRuntime } from '../../src/runtime.ts';
import { type MessengerUnderTest, messengerContract } from '../../src/testing/index.ts';
import { startLoopback } from './loopback/messenger.ts';
import { abortMutants } from './messenger-mutants/abort.ts';
import { addressMutants } from './messenger-mutants/address.ts';
import { definitionMutants } from './messenger-mutants/definition.ts';
import { faultMutants } from './messenger-mutants/faults.ts';
import { resourceMutants } from './messenger-mutants/resources.ts';
import { secretMutants } from './messenger-mutants/secrets.ts';
import { sendingMutants } from './messenger-mutants/sending.ts';

const mutants = [
  ...definitionMutants,
  ...addressMutants,
  ...sendingMutants,
  ...faultMutants,
  ...abortMutants,
  ...secretMutants,
  ...resourceMutants,
];

/** Returns the tests of the contract by name, without running them. */
function contract(start: () => Promise<MessengerUnderTest>): Map<string, () => Promise<void>> {
  const tests = new Map<string, () => Promise<void>>();
  messengerContract({ describe: (_, body) => body(), it: (name, body) => tests.set(name, body) }, { start });
  return tests;
}

/** The contract waits up to 4 s for a call that never settles. Here time passes 40 times as fast. */
beforeEach(() => {
  const { sleep, monotonic } = systemRuntime;
  vi.spyOn(systemRuntime, 'sleep').mockImplementation((ms, signal) => sleep(ms / 40, signal));
  vi.spyOn(systemRuntime, 'monotonic').mockImplementation(() => monotonic() * 40);
});

/** One mutant leaves rejections unhandled on purpose. The runner must not report them. */
const runnerListeners = process.listeners('unhandledRejection');
beforeEach(() => {
  for (const listener of runnerListeners) process.off('unhandledRejection', listener);
  process.on('unhandledRejection', ignore);
});

afterEach(() => {
  vi.restoreAllMocks();
  process.off('unhandledRejection', ignore);
  for (const listener of runnerListeners) process.on('unhandledRejection', listener);
});

function ignore(): void {}

describe('the messenger contract', () => {
  it.each(mutants)('catches a messenger that $fault', async ({ caughtBy, mutate }) => {
    const tests = contract(async () => mutate(await startLoopback()));
    for (const name of caughtBy) {
      expect(tests.has(name), name).toBe(true);
      await expect(tests.get(name)?.(), name).rejects.toThrow();
    }
  });

  it('has no test that every mutant passes', () => {
    const caught = new Set(mutants.flatMap(({ caughtBy }) => caughtBy));
    expect([...contract(startLoopback).keys()].filter((name) => !caught.has(name))).toEqual([]);
  });
});
