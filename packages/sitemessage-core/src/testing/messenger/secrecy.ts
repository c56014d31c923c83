import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { promptMs, within } from './deadline.ts';
import { faults, meet } from './faults.ts';
import { leak } from './leak.ts';
import { type Clause, delivery, rejection, type Trial } from './trial.ts';

function assertHidden({ secrets }: Trial, value: unknown, what: string): void {
  const shown = leak(value, secrets);
  assert.equal(shown, undefined, `a secret can be read from ${what}, by ${shown}`);
}

/** No password, token or key is ever shown. */
export const secrecy: readonly Clause[] = [
  ...Object.entries(faults).map(
    ([what, fault]): Clause => ({
      name: `shows no secret in the error of ${what}`,
      async check(trial) {
        const { error } = await meet(trial, fault);
        assertHidden(trial, error, 'the error');
        assert.doesNotThrow(() => JSON.stringify(error), 'the error cannot be logged as JSON');
      },
    }),
  ),
  {
    name: 'shows no secret in the errors of an aborted open() and an aborted send()',
    async check(trial) {
      const session = await trial.open();
      const aborted = { signal: AbortSignal.abort() };
      const opened = within('open()', trial.messenger.open(aborted), promptMs);
      assertHidden(trial, await rejection('open() with an aborted signal', opened), 'the error of open()');
      const sent = trial.send(session, delivery(trial.address(), 'Too late'), aborted.signal);
      assertHidden(trial, await rejection('send() with an aborted signal', sent), 'the error of send()');
    },
  },
  {
    name: 'shows no secret in the error of a bad address',
    async check(trial) {
      for (const bad of [...trial.badAddresses, undefined, {}]) {
        const refused = (async () => trial.messenger.getAddress(bad as never))();
        assertHidden(trial, await rejection(`getAddress(${inspect(bad)})`, refused), 'the error');
      }
    },
  },
  {
    name: 'shows no secret in the messenger itself, which can be logged',
    async check(trial) {
      assertHidden(trial, trial.messenger, 'the messenger');
      const logged = JSON.parse(JSON.stringify({ messenger: trial.messenger })) as { messenger: { alias?: unknown } };
      assert.equal(logged.messenger.alias, trial.messenger.alias, 'its alias is missing from the log');
    },
  },
  {
    name: 'shows no secret in a session, before and after it has sent something',
    async check(trial) {
      const session = await trial.open();
      assertHidden(trial, session, 'a new session');
      await trial.send(session, delivery(trial.address(), 'Hello'));
      assertHidden(trial, session, 'a session that has sent something');
    },
  },
  {
    name: 'shows no secret in a receipt',
    async check(trial) {
      assertHidden(trial, await trial.deliver('Hello'), 'the receipt');
    },
  },
  {
    name: 'shows no secret in a receipt when the provider answers with it in place of an id',
    async check(trial) {
      for (const secret of trial.secrets) {
        trial.emulator.answerWith(secret);
        assertHidden(trial, await trial.deliver('Hello'), 'the receipt');
      }
    },
  },
];
