import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { abortInFlight } from './abort.ts';
import { faults, sendWithFault } from './faults.ts';
import { delivery, type MessengerTest } from './fixture.ts';
import { turns } from './timing.ts';

/** The test replaces its methods for a moment. It prints nothing. */
const { console } = globalThis;
const levels = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;

/** Returns the console output, process warnings and unhandled rejections during `run`. */
async function captureOutput(run: () => Promise<void>): Promise<string[]> {
  const heard: string[] = [];
  const hear =
    (source: string) =>
    (what: unknown): void => {
      heard.push(`${source}: ${inspect(what)}`);
    };
  const warned = hear('process warning');
  const rejected = hear('unhandled rejection');
  const originals = levels.map((level) => [level, console[level]] as const);
  for (const level of levels) console[level] = hear(`console.${level}`);
  process.on('warning', warned);
  process.on('unhandledRejection', rejected);
  try {
    await run();
    await turns(3);
  } finally {
    process.off('warning', warned);
    process.off('unhandledRejection', rejected);
    for (const [level, original] of originals) console[level] = original;
  }
  return heard;
}

/** Tests of console output, warnings and unhandled rejections. */
export const consoleTests: readonly MessengerTest[] = [
  {
    name: 'prints nothing, emits no warning and handles every rejection while it delivers',
    async check({ open, send, close, address }) {
      const heard = await captureOutput(async () => {
        const session = await open();
        for (let turn = 0; turn < 15; turn += 1) await send(session, delivery(address(turn % 2), `Page ${turn}.`));
        await close(session);
      });
      assert.deepEqual(heard, []);
    },
  },
  ...Object.entries(faults).map(
    ([what, fault]): MessengerTest => ({
      name: `prints nothing, emits no warning and handles every rejection after ${what}`,
      async check(fixture) {
        const heard = await captureOutput(async () => {
          const { session } = await sendWithFault(fixture, fault);
          if (session) await fixture.close(session);
        });
        assert.deepEqual(heard, []);
      },
    }),
  ),
  {
    name: 'prints nothing, emits no warning and handles every rejection when it is aborted',
    async check(fixture) {
      const heard = await captureOutput(() => abortInFlight(fixture));
      assert.deepEqual(heard, []);
    },
  },
];
