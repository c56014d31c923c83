import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { TransientScope } from '../../errors.ts';
import type { Delivery, Session } from '../../messenger/messenger.ts';
import type { Fault } from '../emulator.ts';
import { type Clause, delivery, rejection, type Trial } from './trial.ts';

/** Every way in which a provider fails that the emulator can be asked for. */
export const faults: Readonly<Record<string, Fault>> = {
  'a transient fault': { kind: 'transient', when: 'before' },
  'a limit on one address': { kind: 'transient', scope: 'address', when: 'before' },
  'a limit on the whole messenger': { kind: 'transient', scope: 'messenger', when: 'before' },
  'a permanent refusal': { kind: 'permanent', when: 'before' },
  'a wrong configuration': { kind: 'configuration', when: 'before' },
  'a line that breaks after the message was taken': { kind: 'unknown', when: 'after' },
};

interface Met {
  readonly error: Record<'kind' | 'code' | 'message' | 'scope' | 'retryAfterMs' | 'sessionLost', unknown>;
  readonly delivery: Delivery;
  /** Undefined when `open` threw. */
  readonly session: Session | undefined;
}

/** Lets one send meet the fault. A wrong configuration shows when a session is opened, or at its first send. */
export async function meet(trial: Trial, fault: Fault, text = 'Met'): Promise<Met> {
  const early = fault.kind === 'configuration' ? undefined : await trial.open();
  trial.emulator.fail(fault);
  const met = delivery(trial.address(), text);
  let session = early;
  const error = await rejection(
    `a send that meets ${inspect(fault)}`,
    (async () => {
      session ??= await trial.open();
      await trial.send(session, met);
    })(),
  );
  return { error: error as Met['error'], delivery: met, session };
}

/** As wide as the provider meant it, or wider where the protocol has one word for both; never narrower. */
const scopesFor: Readonly<Record<TransientScope, readonly unknown[]>> = {
  dispatch: ['dispatch'],
  address: ['address', 'messenger'],
  messenger: ['messenger'],
};

const waitMs = 120_000;

const kinds = Object.entries(faults).map(
  ([what, fault]): Clause => ({
    name: `makes an error of the kind ${fault.kind} of ${what}, and ${fault.when === 'after' ? 'it has been taken once' : 'nothing has been taken'}`,
    async check(trial) {
      const { error, delivery } = await meet(trial, fault);
      assert.equal(error.kind, fault.kind, inspect(error));
      assert.deepEqual(trial.inbox(), fault.when === 'after' ? [`${delivery.address}: Met`] : []);
    },
  }),
);

const recoveries = Object.entries(faults).map(
  ([what, fault]): Clause => ({
    name: `delivers after ${what} in a freshly opened session`,
    async check(trial) {
      const { session } = await meet(trial, fault);
      await trial.deliver('Before the old one is closed');
      if (session) await trial.close(session);
      await trial.deliver('After the old one is closed');
      assert.deepEqual(trial.inbox().slice(-2), [
        `${trial.address()}: Before the old one is closed`,
        `${trial.address()}: After the old one is closed`,
      ]);
    },
  }),
);

const sessions = Object.entries(faults)
  .filter(([, { kind }]) => kind !== 'configuration')
  .map(
    ([what, fault]): Clause => ({
      name: `goes on in the same session after ${what}, unless the error says that it is lost`,
      async check(trial) {
        const { error, session } = await meet(trial, fault);
        if (session && error.sessionLost !== true) {
          await trial.send(session, delivery(trial.address(1), 'The next one'));
          assert.equal(trial.inbox().at(-1), `${trial.address(1)}: The next one`);
        }
      },
    }),
  );

const stableErrors = Object.entries(faults).map(
  ([what, fault]): Clause => ({
    name: `gives ${what} a message and the same snake_case code every time`,
    async check(trial) {
      const [first, second] = [await meet(trial, fault), await meet(trial, fault)];
      assert.ok(first.error instanceof Error, `${inspect(first.error)} is no error`);
      assert.notEqual(first.error.message, '');
      assert.match(String(first.error.code), /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      assert.equal(second.error.code, first.error.code);
    },
  }),
);

/** What went wrong is told as it is: the error says what to do next. */
export const faultClauses: readonly Clause[] = [
  ...kinds,
  ...(Object.keys(scopesFor) as TransientScope[]).map(
    (scope): Clause => ({
      name: `gives a transient fault of the scope ${scope} ${scope === 'address' ? 'that scope, or the wider one' : 'that scope'}`,
      async check(trial) {
        const { error } = await meet(trial, { kind: 'transient', scope, when: 'before' });
        assert.ok(scopesFor[scope].includes(error.scope), `the scope is ${inspect(error.scope)}`);
      },
    }),
  ),
  {
    name: 'does not shorten the time for which the provider asks, nor make much more of it',
    async check(trial) {
      for (const scope of ['dispatch', 'address', 'messenger'] as const) {
        const { error } = await meet(trial, { kind: 'transient', scope, when: 'before', retryAfterMs: waitMs });
        if (error.retryAfterMs === undefined) continue;
        const retryAfterMs = error.retryAfterMs as number;
        assert.ok(Number.isInteger(retryAfterMs), `retryAfterMs is ${retryAfterMs}`);
        // 5 s less: a provider that names a time of day, read a moment later. A minute more: one that counts in minutes.
        assert.ok(
          retryAfterMs >= waitMs - 5_000 && retryAfterMs <= waitMs + 60_000,
          `the provider said ${waitMs} ms, the error says ${retryAfterMs}`,
        );
      }
    },
  },
  {
    name: 'asks for no time below a millisecond',
    async check(trial) {
      const { error } = await meet(trial, { kind: 'transient', when: 'before' });
      if (error.retryAfterMs !== undefined) assert.ok(Number.isInteger(error.retryAfterMs) && (error.retryAfterMs as number) >= 1);
    },
  },
  {
    name: 'tries nothing again by itself: three faults are three errors, and the fourth send goes through',
    async check(trial) {
      const session = await trial.open();
      trial.emulator.fail({ kind: 'permanent', when: 'before', times: 3 });
      for (let turn = 0; turn < 3; turn += 1) {
        const error = await rejection('a send', trial.send(session, delivery(trial.address(), `Refused ${turn}`)));
        assert.equal((error as { kind?: unknown }).kind, 'permanent');
      }
      await trial.send(session, delivery(trial.address(), 'Accepted'));
      assert.deepEqual(trial.inbox(), [`${trial.address()}: Accepted`]);
    },
  },
  {
    name: 'takes the same delivery again when its outcome was unknown',
    async check(trial) {
      const { delivery } = await meet(trial, { kind: 'unknown', when: 'after' });
      const session = await trial.open();
      await trial.send(session, { ...delivery, attempt: 2 });
      assert.ok([1, 2].includes(trial.arrivals('Met')), `it has arrived ${trial.arrivals('Met')} times`);
    },
  },
  {
    name: 'lets a fault concern the one send that met it, of many in two sessions at once',
    async check(trial) {
      const pair = await Promise.all([trial.open(), trial.open()]);
      const sends = pair.flatMap((session, side) =>
        Array.from({ length: trial.messenger.concurrency }, (_, index) => ({ session, text: `Side ${side}, page ${index}.` })),
      );
      trial.emulator.fail({ kind: 'permanent', when: 'before' });
      const outcomes = await Promise.allSettled(sends.map(({ session, text }) => trial.send(session, delivery(trial.address(), text))));
      assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 1);
      for (const [index, { text }] of sends.entries()) {
        assert.equal(trial.arrivals(text), outcomes[index]?.status === 'fulfilled' ? 1 : 0, text);
      }
    },
  },
  ...sessions,
  ...recoveries,
  ...stableErrors,
];
