import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ErrorKind, errorKind, type TransientScope } from '../../src/errors.ts';
import { backoff, type RetryPolicy } from '../../src/messenger/retry.ts';
import { settleCutOff, settleFailed, settleSent, settleUnsent, type TypePolicy } from '../../src/send/lifecycle.ts';
import type { Claim } from '../../src/storage/records.ts';

const dayMs = 24 * 60 * 60_000;
const now = 1_767_225_600_000;

const claim: fc.Arbitrary<Claim> = fc.record({
  id: fc.uuid(),
  messageId: fc.uuid(),
  address: fc.string(),
  attempt: fc.integer({ min: 1, max: 14 }),
  recovered: fc.boolean(),
  losses: fc.nat(3),
});

const policy: fc.Arbitrary<TypePolicy> = fc.record({
  retryLimit: fc.integer({ min: 1, max: 12 }),
  onUnknown: fc.constantFrom('resend', 'hold'),
});

const retry: fc.Arbitrary<RetryPolicy> = fc.record({
  firstMs: fc.integer({ min: 1, max: 60_000 }),
  factor: fc.double({ min: 1, max: 10, noNaN: true }),
  maxMs: fc.integer({ min: 1, max: dayMs }),
});

/** In [0, 1). */
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Errors of our own, of another copy of the package, and things that are none. */
const thrown = fc.oneof(
  fc.record(
    {
      kind: fc.constantFrom<ErrorKind | 'nonsense'>('transient', 'permanent', 'address', 'configuration', 'unknown', 'nonsense'),
      code: fc.string(),
      message: fc.string({ maxLength: 20 }),
      scope: fc.constantFrom<TransientScope | 'nonsense'>('dispatch', 'address', 'messenger', 'nonsense'),
      retryAfterMs: fc.oneof(fc.double(), fc.integer({ min: 1, max: dayMs }), fc.string()),
      sessionLost: fc.boolean(),
      recipientGone: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  fc.anything(),
);

const read = (error: unknown, name: string): unknown => (error as Record<string, unknown> | null | undefined)?.[name];

/** The row of the table in docs/lifecycle.md that holds. */
function becomes(error: unknown, { attempt }: Claim, { retryLimit, onUnknown }: TypePolicy): 'error' | 'failed' | 'released' {
  const kind = errorKind(error);
  if (kind === 'transient' && ['address', 'messenger'].includes(read(error, 'scope') as string)) return 'released';
  if (kind === 'permanent' || kind === 'address' || (kind === 'unknown' && onUnknown === 'hold')) return 'failed';
  return attempt < retryLimit ? 'error' : 'failed';
}

const settings = { seed: 1, numRuns: 2_000 };

it('becomes of a failed attempt what the table says, whatever was thrown, and it comes back neither too early nor never', () => {
  fc.assert(
    fc.property(claim, thrown, policy, retry, chance, (given, error, type, waits, luck) => {
      const verdict = settleFailed(given, error, type, waits, now, luck);
      const { settlement, defer } = verdict;
      expect(settlement).toMatchObject({ id: given.id, status: becomes(error, given, type) });
      expect(verdict.pauses === true).toBe(errorKind(error) === 'configuration');
      expect(defer !== undefined).toBe(settlement.status === 'released');
      if (defer) expect(settlement).toMatchObject({ dueAt: defer.until });
      if ('dueAt' in settlement) {
        expect(Number.isSafeInteger(settlement.dueAt)).toBe(true);
        expect(settlement.dueAt).toBeGreaterThanOrEqual(now);
        expect(settlement.dueAt).toBeLessThanOrEqual(now + dayMs);
      }
      if ('error' in settlement) expect(settlement.error.kind).toBe(errorKind(error));
    }),
    settings,
  );
});

it('waits for what the provider asks for or for the back-off, whichever is longer', () => {
  const asked = fc.integer({ min: 1, max: 2 * dayMs });
  fc.assert(
    fc.property(claim, asked, retry, chance, (given, retryAfterMs, waits, luck) => {
      const busy = { kind: 'transient', retryAfterMs };
      const { settlement } = settleFailed(given, busy, { retryLimit: given.attempt + 1, onUnknown: 'resend' }, waits, now, luck);
      const longest = Math.min(waits.maxMs, waits.firstMs * waits.factor ** (given.attempt - 1));
      const dueIn = (settlement as { dueAt: number }).dueAt - now;
      const atLeast = Math.min(dayMs, retryAfterMs);
      expect(dueIn).toBeGreaterThanOrEqual(Math.max(atLeast, Math.floor(longest / 2)));
      expect(dueIn).toBeLessThanOrEqual(Math.max(atLeast, Math.ceil(longest)));
    }),
    settings,
  );
});

it('never waits longer before an earlier attempt than before a later one', () => {
  fc.assert(
    fc.property(retry, fc.integer({ min: 1, max: 500 }), chance, (waits, attempt, luck) => {
      expect(backoff(waits, attempt, luck)).toBeLessThanOrEqual(backoff(waits, attempt + 1, luck));
    }),
    settings,
  );
});

it('sends a dispatch that always fails exactly as often as its type allows', () => {
  fc.assert(
    fc.property(thrown, policy, retry, chance, (error, type, waits, luck) => {
      fc.pre(becomes(error, { attempt: 0 } as Claim, type) === 'error');
      let attempt = 0;
      let status: string = 'pending';
      while (status === 'pending' || status === 'error') {
        attempt += 1;
        const again: Claim = { id: 'd', messageId: 'm', address: 'a', attempt, recovered: false, losses: 0 };
        expect(settleUnsent(again, undefined, type, now)).toBeUndefined();
        status = settleFailed(again, error, type, waits, now, luck).settlement.status;
      }
      expect({ status, attempt }).toEqual({ status: 'failed', attempt: type.retryLimit });
    }),
    settings,
  );
});

it('sends nothing that has expired, that may have been delivered and is held, or whose attempts are used up: in this order', () => {
  const expiresIn = fc.option(fc.integer({ min: -2, max: 2 }), { nil: undefined });
  fc.assert(
    fc.property(claim, expiresIn, policy, (given, inMs, type) => {
      const expected =
        inMs !== undefined && inMs <= 0
          ? { status: 'skipped', reason: 'expired' }
          : given.recovered && type.onUnknown === 'hold'
            ? { status: 'failed', error: { kind: 'unknown' } }
            : given.attempt > type.retryLimit
              ? { status: 'failed', error: { kind: 'transient' } }
              : undefined;
      const settlement = settleUnsent(given, inMs === undefined ? undefined : now + inMs, type, now);
      if (expected) expect(settlement).toMatchObject({ id: given.id, ...expected });
      else expect(settlement).toBeUndefined();
    }),
    settings,
  );
});

it('never takes what was sent for anything else, whatever the receipt says', () => {
  const receipt = fc.record(
    { providerId: fc.string(), movedTo: fc.string(), pauseMs: fc.integer({ min: 0, max: dayMs }) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(claim, receipt, (given, of) => {
      expect(settleSent(given, of, now).settlement).toMatchObject({ id: given.id, status: 'sent' });
    }),
    settings,
  );
});

it('gives back what a stop cut off when it is said that nothing was sent, and only then', () => {
  fc.assert(
    fc.property(claim, thrown, (given, error) => {
      const saysSo = read(error, 'kind') === 'transient' && becomes(error, given, { retryLimit: 99, onUnknown: 'resend' }) === 'error';
      const expected = saysSo ? { settlement: { id: given.id, status: 'released', dueAt: now } } : undefined;
      expect(settleCutOff(given, error, now)).toEqual(expected);
    }),
    settings,
  );
});
