import assert from 'node:assert/strict';
import { abortInFlight } from './abort.ts';
import { faults, sendWithFault } from './faults.ts';
import type { MessengerFixture, MessengerTest } from './fixture.ts';
import { eventually } from './timing.ts';

const rounds = 10;

async function assertDisconnected({ emulator }: MessengerFixture): Promise<void> {
  assert.ok(await eventually(() => emulator.connections() === 0), `${emulator.connections()} connections are still open`);
}

/** Returns how many resources of each type keep the process alive, such as sockets and timers. */
function activeResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

function processListeners(): number {
  return process.eventNames().reduce((count, event) => count + process.listenerCount(event), 0);
}

/** Tests that sessions release their resources. */
export const resourceTests: readonly MessengerTest[] = [
  {
    name: 'closes the connections of a session that has sent',
    async check(fixture) {
      await fixture.deliver('Hello');
      await assertDisconnected(fixture);
    },
  },
  {
    name: 'closes the connections of an unused session',
    async check(fixture) {
      await fixture.close(await fixture.open());
      await assertDisconnected(fixture);
    },
  },
  ...Object.entries(faults).map(
    ([what, fault]): MessengerTest => ({
      name: `leaves no connection open after ${what}`,
      async check(fixture) {
        const { session } = await sendWithFault(fixture, fault);
        if (session) await fixture.close(session);
        await assertDisconnected(fixture);
      },
    }),
  ),
  {
    name: 'leaves no connection open after an aborted send and open',
    async check(fixture) {
      await abortInFlight(fixture);
      await assertDisconnected(fixture);
    },
  },
  {
    name: `leaves no connection, timer or listener after ${rounds} sessions`,
    async check(fixture) {
      // The first session makes the resources that all sessions share, such as a pool or a cached look-up.
      await fixture.deliver('The first');
      const resources = activeResources();
      const listeners = processListeners();
      for (let round = 0; round < rounds; round += 1) await fixture.deliver(`Round ${round}.`);
      await assertDisconnected(fixture);
      // A leak grows in each round. Timers of the runner come and go, so half of the rounds is the limit.
      const grown = (): string[] =>
        [...activeResources()].flatMap(([type, count]) => (count >= (resources.get(type) ?? 0) + rounds / 2 ? [`${count} x ${type}`] : []));
      await eventually(() => grown().length === 0);
      assert.deepEqual(grown(), [], 'these resources keep the process alive');
      assert.ok(processListeners() < listeners + rounds / 2, 'listeners on process are not removed');
    },
  },
];
