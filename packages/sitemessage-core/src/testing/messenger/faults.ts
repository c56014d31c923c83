import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { TransientScope } from '../../errors.ts';
import type { Delivery, Session } from '../../messenger/messenger.ts';
import type { Fault } from '../emulator.ts';
import { delivery, type MessengerFixture, type MessengerTest, rejection } from './fixture.ts';

/** Every fault that an emulator can produce. */
export const faults: Readonly<Record<string, Fault>> = {
  'a transient fault': { kind: 'transient', when: 'before' },
  'a rate limit on one address': { kind: 'transient', scope: 'address', when: 'before' },
  'a rate limit on the whole messenger': { kind: 'transient', scope: 'messenger', when: 'before' },
  'a permanent refusal': { kind: 'permanent', when: 'before' },
  'a configuration error': { kind: 'configuration', when: 'before' },
  'a connection lost after acceptance': { kind: 'unknown', when: 'after' },
};

interface FaultResult {
  readonly error: Record<'kind' | 'code' | 'message' | 'scope' | 'retryAfterMs' | 'sessionLost', unknown>;
  readonly delivery: Delivery;
  /** Undefined when `open` threw. */
  readonly session: Session | undefined;
}

/** Sends one message that meets the fault. A configuration error shows in `open` or in the first send. */
export async function sendWithFault(fixture: MessengerFixture, fault: Fault, text = 'Met'): Promise<FaultResult> {
  const early = fault.kind === 'configuration' ? undefined : await fixture.open();
  fixture.emulator.fail(fault);
  const met = delivery(fixture.address(), text);
  let session = early;
  const error = await rejection(
    `a send that meets ${inspect(fault)}`,
    (async () => {
      session ??= await fixture.open();
      await fixture.send(session, met);
    })(),
  );
  return { error: error as FaultResult['error'], delivery: met, session };
}

/** The allowed scopes for each scope of the provider: as wide as it meant, or wider. Never narrower. */
const scopesFor: Readonly<Record<TransientScope, readonly unknown[]>> = {
  dispatch: ['dispatch'],
  address: ['address', 'messenger'],
  messenger: ['messenger'],
};

const waitMs = 120_000;

const kinds = Object.entries(faults).map(
  ([what, fault]): MessengerTest => ({
    name: `classifies ${what} as ${fault.kind}, and delivers ${fault.when === 'after' ? 'once' : 'nothing'}`,
    async check(fixture) {
      const { error, delivery } = await sendWithFault(fixture, fault);
      assert.equal(error.kind, fault.kind, inspect(error));
      assert.deepEqual(fixture.inbox(), fault.when === 'after' ? [`${delivery.address}: Met`] : []);
    },
  }),
);

const recoveries = Object.entries(faults).map(
  ([what, fault]): MessengerTest => ({
    name: `delivers in a new session after ${what}`,
    async check(fixture) {
      const { session } = await sendWithFault(fixture, fault);
      await fixture.deliver('Before the old one is closed');
      if (session) await fixture.close(session);
      await fixture.deliver('After the old one is closed');
      assert.deepEqual(fixture.inbox().slice(-2), [
        `${fixture.address()}: Before the old one is closed`,
        `${fixture.address()}: After the old one is closed`,
      ]);
    },
  }),
);

const sessions = Object.entries(faults)
  .filter(([, { kind }]) => kind !== 'configuration')
  .map(
    ([what, fault]): MessengerTest => ({
      name: `keeps the session after ${what}, unless the error sets sessionLost`,
      async check(fixture) {
        const { error, session } = await sendWithFault(fixture, fault);
        if (session && error.sessionLost !== true) {
          await fixture.send(session, delivery(fixture.address(1), 'The next one'));
          assert.equal(fixture.inbox().at(-1), `${fixture.address(1)}: The next one`);
        }
      },
    }),
  );

const stableErrors = Object.entries(faults).map(
  ([what, fault]): MessengerTest => ({
    name: `gives ${what} a message and a stable snake_case code`,
    async check(fixture) {
      const [first, second] = [await sendWithFault(fixture, fault), await sendWithFault(fixture, fault)];
      assert.ok(first.error instanceof Error, `${inspect(first.error)} is not an Error`);
      assert.notEqual(first.error.message, '');
      assert.match(String(first.error.code), /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
      assert.equal(second.error.code, first.error.code);
    },
  }),
);

/** Tests of the errors that faults cause. */
export const faultTests: readonly MessengerTest[] = [
  ...kinds,
  ...(Object.keys(scopesFor) as TransientScope[]).map(
    (scope): MessengerTest => ({
      name: `passes on the scope ${scope}${scope === 'address' ? ', or widens it to messenger' : ''}`,
      async check(fixture) {
        const { error } = await sendWithFault(fixture, { kind: 'transient', scope, when: 'before' });
        assert.ok(scopesFor[scope].includes(error.scope), `the scope is ${inspect(error.scope)}`);
      },
    }),
  ),
  {
    name: 'passes on the delay that the provider asks for',
    async check(fixture) {
      for (const scope of ['dispatch', 'address', 'messenger'] as const) {
        const { error } = await sendWithFault(fixture, { kind: 'transient', scope, when: 'before', retryAfterMs: waitMs });
        if (error.retryAfterMs === undefined) continue;
        const retryAfterMs = error.retryAfterMs as number;
        assert.ok(Number.isInteger(retryAfterMs), `retryAfterMs is ${retryAfterMs}`);
        // 5 s less: some providers give a time of day. 1 min more: some count in minutes.
        assert.ok(
          retryAfterMs >= waitMs - 5_000 && retryAfterMs <= waitMs + 60_000,
          `the provider said ${waitMs} ms, the error says ${retryAfterMs}`,
        );
      }
    },
  },
  {
    name: 'never asks for a delay under 1 ms',
    async check(fixture) {
      const { error } = await sendWithFault(fixture, { kind: 'transient', when: 'before' });
      if (error.retryAfterMs !== undefined) assert.ok(Number.isInteger(error.retryAfterMs) && (error.retryAfterMs as number) >= 1);
    },
  },
  {
    name: 'never retries by itself',
    async check(fixture) {
      const session = await fixture.open();
      fixture.emulator.fail({ kind: 'permanent', when: 'before', times: 3 });
      for (let turn = 0; turn < 3; turn += 1) {
        const error = await rejection('a send', fixture.send(session, delivery(fixture.address(), `Refused ${turn}`)));
        assert.equal((error as { kind?: unknown }).kind, 'permanent');
      }
      await fixture.send(session, delivery(fixture.address(), 'Accepted'));
      assert.deepEqual(fixture.inbox(), [`${fixture.address()}: Accepted`]);
    },
  },
  {
    name: 'accepts a delivery again after an unknown outcome',
    async check(fixture) {
      const { delivery } = await sendWithFault(fixture, { kind: 'unknown', when: 'after' });
      const session = await fixture.open();
      await fixture.send(session, { ...delivery, attempt: 2 });
      assert.ok([1, 2].includes(fixture.arrivals('Met')), `the message arrived ${fixture.arrivals('Met')} times`);
    },
  },
  {
    name: 'fails only the send that met the fault, among concurrent sends',
    async check(fixture) {
      const pair = await Promise.all([fixture.open(), fixture.open()]);
      const sends = pair.flatMap((session, side) =>
        Array.from({ length: fixture.messenger.concurrency }, (_, index) => ({ session, text: `Side ${side}, page ${index}.` })),
      );
      fixture.emulator.fail({ kind: 'permanent', when: 'before' });
      const outcomes = await Promise.allSettled(sends.map(({ session, text }) => fixture.send(session, delivery(fixture.address(), text))));
      assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 1);
      for (const [index, { text }] of sends.entries()) {
        assert.equal(fixture.arrivals(text), outcomes[index]?.status === 'fulfilled' ? 1 : 0, text);
      }
    },
  },
  ...sessions,
  ...recoveries,
  ...stableErrors,
];
