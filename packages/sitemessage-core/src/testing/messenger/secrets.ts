import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { faults, sendWithFault } from './faults.ts';
import { findSecret } from './find-secret.ts';
import { delivery, type MessengerFixture, type MessengerTest, rejection } from './fixture.ts';
import { abortTimeoutMs, withTimeout } from './timing.ts';

function assertHidden({ secrets }: MessengerFixture, value: unknown, what: string): void {
  const shown = findSecret(value, secrets);
  assert.equal(shown, undefined, `${what} shows a secret in ${shown}`);
}

/** Tests that no password, token or key is shown. */
export const secretTests: readonly MessengerTest[] = [
  ...Object.entries(faults).map(
    ([what, fault]): MessengerTest => ({
      name: `shows no secret in the error for ${what}`,
      async check(fixture) {
        const { error } = await sendWithFault(fixture, fault);
        assertHidden(fixture, error, 'the error');
        assert.doesNotThrow(() => JSON.stringify(error), 'the error cannot be logged as JSON');
      },
    }),
  ),
  {
    name: 'shows no secret in the errors of an aborted open and send',
    async check(fixture) {
      const session = await fixture.open();
      const aborted = { signal: AbortSignal.abort() };
      const opened = withTimeout('open()', fixture.messenger.open(aborted), abortTimeoutMs);
      assertHidden(fixture, await rejection('open() with an aborted signal', opened), 'the error of open()');
      const sent = fixture.send(session, delivery(fixture.address(), 'Too late'), aborted.signal);
      assertHidden(fixture, await rejection('send() with an aborted signal', sent), 'the error of send()');
    },
  },
  {
    name: 'shows no secret in the error for a bad address',
    async check(fixture) {
      for (const bad of [...fixture.badAddresses, undefined, {}]) {
        const refused = (async () => fixture.messenger.getAddress(bad as never))();
        assertHidden(fixture, await rejection(`getAddress(${inspect(bad)})`, refused), 'the error');
      }
    },
  },
  {
    name: 'shows no secret in the messenger, which can be logged as JSON',
    async check(fixture) {
      assertHidden(fixture, fixture.messenger, 'the messenger');
      const logged = JSON.parse(JSON.stringify({ messenger: fixture.messenger })) as { messenger: { alias?: unknown } };
      assert.equal(logged.messenger.alias, fixture.messenger.alias, 'the log does not contain its alias');
    },
  },
  {
    name: 'shows no secret in a session, before or after a send',
    async check(fixture) {
      const session = await fixture.open();
      assertHidden(fixture, session, 'a new session');
      await fixture.send(session, delivery(fixture.address(), 'Hello'));
      assertHidden(fixture, session, 'a session that has sent something');
    },
  },
  {
    name: 'shows no secret in a receipt',
    async check(fixture) {
      assertHidden(fixture, await fixture.deliver('Hello'), 'the receipt');
    },
  },
  {
    name: 'shows no secret in a receipt when the provider returns it as an id',
    async check(fixture) {
      for (const secret of fixture.secrets) {
        fixture.emulator.answerWith(secret);
        assertHidden(fixture, await fixture.deliver('Hello'), 'the receipt');
      }
    },
  },
];
