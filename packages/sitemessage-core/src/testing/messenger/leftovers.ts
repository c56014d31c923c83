import assert from 'node:assert/strict';
import { abortInFlight } from './abort.ts';
import { eventually } from './deadline.ts';
import { faults, meet } from './faults.ts';
import type { Clause, Trial } from './trial.ts';

const rounds = 10;

async function assertDisconnected({ emulator }: Trial): Promise<void> {
  assert.ok(await eventually(() => emulator.connections() === 0), `${emulator.connections()} connections are still open`);
}

/** Sockets, timers and the like that keep the process alive, by their type. */
function activeResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

function processListeners(): number {
  return process.eventNames().reduce((count, event) => count + process.listenerCount(event), 0);
}

/** A session leaves nothing behind. */
export const leftovers: readonly Clause[] = [
  {
    name: 'closes a session that has sent something, and its connections',
    async check(trial) {
      await trial.deliver('Hello');
      await assertDisconnected(trial);
    },
  },
  {
    name: 'closes a session that has sent nothing, and its connections',
    async check(trial) {
      await trial.close(await trial.open());
      await assertDisconnected(trial);
    },
  },
  ...Object.entries(faults).map(
    ([what, fault]): Clause => ({
      name: `leaves no connection open after ${what}`,
      async check(trial) {
        const { session } = await meet(trial, fault);
        if (session) await trial.close(session);
        await assertDisconnected(trial);
      },
    }),
  ),
  {
    name: 'leaves no connection open after a send and an open() that were aborted',
    async check(trial) {
      await abortInFlight(trial);
      await assertDisconnected(trial);
    },
  },
  {
    name: `leaves no connection, timer or listener behind when it is opened and closed ${rounds} times`,
    async check(trial) {
      // What the process keeps for all sessions together (a pool, a cached look-up) is there after the first.
      await trial.deliver('The first');
      const resources = activeResources();
      const listeners = processListeners();
      for (let round = 0; round < rounds; round += 1) await trial.deliver(`Round ${round}.`);
      await assertDisconnected(trial);
      // Half of the rounds: a leak shows in every one of them, and the runner has timers of its own that come and go.
      const grown = (): string[] =>
        [...activeResources()].flatMap(([type, count]) => (count >= (resources.get(type) ?? 0) + rounds / 2 ? [`${count} x ${type}`] : []));
      await eventually(() => grown().length === 0);
      assert.deepEqual(grown(), [], 'they keep the process alive');
      assert.ok(processListeners() < listeners + rounds / 2, 'listeners on process are left behind');
    },
  },
];
