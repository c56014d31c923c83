import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { abortInFlight } from './abort.ts';
import { turns } from './deadline.ts';
import { faults, meet } from './faults.ts';
import { type Clause, delivery } from './trial.ts';

/** Replaced for a moment, not written to. */
const { console } = globalThis;
const levels = ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const;

/** What is written to the console, warned of, or rejected without anybody listening while `run` goes on. */
async function noise(run: () => Promise<void>): Promise<string[]> {
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

/** What goes on is told by results and errors alone. */
export const silence: readonly Clause[] = [
  {
    name: 'prints nothing, warns of nothing and leaves no rejection unhandled while it delivers',
    async check({ open, send, close, address }) {
      const heard = await noise(async () => {
        const session = await open();
        for (let turn = 0; turn < 15; turn += 1) await send(session, delivery(address(turn % 2), `Page ${turn}.`));
        await close(session);
      });
      assert.deepEqual(heard, []);
    },
  },
  ...Object.entries(faults).map(
    ([what, fault]): Clause => ({
      name: `prints nothing, warns of nothing and leaves no rejection unhandled after ${what}`,
      async check(trial) {
        const heard = await noise(async () => {
          const { session } = await meet(trial, fault);
          if (session) await trial.close(session);
        });
        assert.deepEqual(heard, []);
      },
    }),
  ),
  {
    name: 'prints nothing, warns of nothing and leaves no rejection unhandled when it is aborted',
    async check(trial) {
      const heard = await noise(() => abortInFlight(trial));
      assert.deepEqual(heard, []);
    },
  },
];
