import { describe, expect, it } from 'vitest';
import { AddressError, ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '../../src/errors.ts';
import { defaultRetry } from '../../src/messenger/retry.ts';
import { release, settleCutOff, settleFailed, settleSent, settleUnsent, type TypePolicy } from '../../src/send/lifecycle.ts';
import type { Claim } from '../../src/storage/records.ts';

const now = 1_000_000;
const claim = (more: Partial<Claim> = {}): Claim => ({
  id: 'd1',
  messageId: 'm1',
  address: 'a',
  attempt: 1,
  recovered: false,
  losses: 0,
  ...more,
});
const policy = (more: Partial<TypePolicy> = {}): TypePolicy => ({ retryLimit: 3, onUnknown: 'resend', ...more });
const fail = (error: unknown, more: { claim?: Partial<Claim>; policy?: Partial<TypePolicy> } = {}) =>
  settleFailed(claim(more.claim), error, policy(more.policy), defaultRetry, now, 0);
/** The shortest wait after the first attempt: half of 30 s. */
const firstWait = 15_000;

describe('before anything is sent', () => {
  it('sends what is due, has attempts left and has not expired', () => {
    expect(settleUnsent(claim({ attempt: 3 }), now + 1, policy(), now)).toBeUndefined();
    expect(settleUnsent(claim(), undefined, policy(), now)).toBeUndefined();
  });

  it('skips what has expired, to the millisecond', () => {
    expect(settleUnsent(claim(), now, policy(), now)).toEqual({ id: 'd1', status: 'skipped', reason: 'expired' });
  });

  it('fails an attempt over the limit, which only a crash can bring about', () => {
    expect(settleUnsent(claim({ attempt: 4, recovered: true }), undefined, policy(), now)).toMatchObject({
      status: 'failed',
      error: { kind: 'transient', code: 'attempts_used_up' },
    });
  });

  it('sends a recovered one again, or holds it for an operator, as its type says', () => {
    const recovered = claim({ attempt: 2, recovered: true });
    expect(settleUnsent(recovered, undefined, policy(), now)).toBeUndefined();
    expect(settleUnsent(recovered, undefined, policy({ onUnknown: 'hold' }), now)).toMatchObject({
      status: 'failed',
      error: { kind: 'unknown', code: 'lease_lost' },
    });
  });

  it('skips an expired one rather than hold it: nobody wants it any more', () => {
    expect(settleUnsent(claim({ recovered: true }), now, policy({ onUnknown: 'hold' }), now)).toMatchObject({ status: 'skipped' });
  });
});

describe('after a send that went through', () => {
  it('keeps the id of the provider', () => {
    expect(settleSent(claim(), { providerId: 'p1' }, now)).toEqual({ settlement: { id: 'd1', status: 'sent', providerId: 'p1' } });
    expect(settleSent(claim(), {}, now)).toEqual({ settlement: { id: 'd1', status: 'sent' } });
  });

  it('defers the messenger when the provider asks for a rest', () => {
    expect(settleSent(claim(), { pauseMs: 700 }, now).defer).toEqual({ scope: 'messenger', until: now + 700 });
  });
});

describe('after a send that failed', () => {
  it('tries a transient one again after the back-off', () => {
    expect(fail(new TransientError('busy', { code: 'busy' })).settlement).toEqual({
      id: 'd1',
      status: 'error',
      dueAt: now + firstWait,
      error: { kind: 'transient', code: 'busy', message: 'busy' },
    });
  });

  it('waits as long as the provider says, and never shorter than the back-off', () => {
    expect(fail(new TransientError('busy', { retryAfterMs: 600_000 })).settlement).toMatchObject({ dueAt: now + 600_000 });
    expect(fail(new TransientError('busy', { retryAfterMs: 1 })).settlement).toMatchObject({ dueAt: now + firstWait });
  });

  it.each([
    ['a year', 365 * 86_400_000, 86_400_000],
    ['a week', 7 * 86_400_000, 86_400_000],
    ['a day', 86_400_000, 86_400_000],
    ['for ever', Number.POSITIVE_INFINITY, firstWait],
    ['no number', Number.NaN, firstWait],
    ['a text', '60000', firstWait],
    ['less than nothing', -60_000, firstWait],
  ])('waits 24 hours at most, whatever an error that is not ours asks for: %s', (_, retryAfterMs, waitMs) => {
    const foreign = Object.assign(new Error('busy'), { retryAfterMs });
    expect(fail(foreign).settlement).toMatchObject({ status: 'error', dueAt: now + waitMs });
  });

  it('takes an error that cannot be read for a transient one', () => {
    const unreadable = new Proxy(new Error('x'), {
      get() {
        throw new Error('not now');
      },
    });
    expect(fail(unreadable).settlement).toMatchObject({ status: 'error', error: { kind: 'transient', code: 'transient' } });
  });

  it('fails a transient one when its attempts are used up', () => {
    expect(fail(new TransientError('busy'), { claim: { attempt: 3 } }).settlement).toMatchObject({
      status: 'failed',
      error: { kind: 'transient' },
    });
    expect(fail(new TransientError('busy'), { claim: { attempt: 2 } }).settlement).toMatchObject({ status: 'error' });
  });

  it.each(['address', 'messenger'] as const)('gives a dispatch back without using an attempt when the whole %s is refused', (scope) => {
    const verdict = fail(new TransientError('slow down', { scope, retryAfterMs: 5_000 }), { claim: { attempt: 3 } });
    expect(verdict.settlement).toEqual({ id: 'd1', status: 'released', dueAt: now + 5_000 });
    const error = { kind: 'transient', code: 'transient', message: 'slow down' };
    expect(verdict.defer).toEqual({ scope, ...(scope === 'address' && { address: claim().address }), until: now + 5_000, error });
  });

  it('defers by the back-off when the provider does not say for how long', () => {
    expect(fail(new TransientError('slow down', { scope: 'messenger' })).defer).toMatchObject({
      scope: 'messenger',
      until: now + firstWait,
    });
  });

  it.each([new PermanentError('no'), new AddressError('no')])('fails a $kind one at once', (error) => {
    expect(fail(error).settlement).toMatchObject({ status: 'failed', error: { kind: error.kind } });
  });

  it('says when there is nobody at the address any more', () => {
    expect(fail(new PermanentError('gone', { recipientGone: true })).recipientGone).toBe(true);
    expect(fail(new PermanentError('no'))).not.toHaveProperty('recipientGone');
  });

  it('sends one of unknown outcome again, or holds it, as its type says', () => {
    expect(fail(new UnknownOutcomeError('?')).settlement).toMatchObject({ status: 'error', error: { kind: 'unknown' } });
    expect(fail(new UnknownOutcomeError('?'), { policy: { onUnknown: 'hold' } }).settlement).toMatchObject({
      status: 'failed',
      error: { kind: 'unknown' },
    });
    expect(fail(new UnknownOutcomeError('?'), { claim: { attempt: 3 } }).settlement).toMatchObject({ status: 'failed' });
  });

  it('pauses the messenger on a configuration error, and counts the attempt of the dispatch that met it', () => {
    expect(fail(new ConfigurationError('bad token'))).toMatchObject({
      pauses: true,
      settlement: { status: 'error', dueAt: now + firstWait },
    });
    expect(fail(new ConfigurationError('bad token'), { claim: { attempt: 3 } })).toMatchObject({
      pauses: true,
      settlement: { status: 'failed' },
    });
  });

  it('treats whatever else is thrown as transient', () => {
    for (const thrown of [new TypeError('bug'), 'a string', undefined, null, { kind: 'nonsense' }]) {
      expect(fail(thrown).settlement).toMatchObject({ status: 'error', error: { kind: 'transient' } });
    }
  });

  it('asks for another session when this one is lost', () => {
    expect(fail(new TransientError('gone', { sessionLost: true })).sessionLost).toBe(true);
    expect(fail(new UnknownOutcomeError('gone', { sessionLost: true })).sessionLost).toBe(true);
    expect(fail(new TransientError('busy'))).not.toHaveProperty('sessionLost');
  });

  it('reads the errors of another copy of this package', () => {
    const foreign = Object.assign(new Error('slow down'), { kind: 'transient', code: 'theirs', scope: 'messenger', retryAfterMs: 9 });
    expect(fail(foreign)).toEqual({
      settlement: { id: 'd1', status: 'released', dueAt: now + 9 },
      defer: { scope: 'messenger', until: now + 9, error: { kind: 'transient', code: 'theirs', message: 'slow down' } },
    });
  });
});

describe('after a send that a stop cut off', () => {
  it('gives it back when nothing was sent, and says nothing of any other', () => {
    const given = claim({ attempt: 2 });
    expect(settleCutOff(given, new TransientError('not written yet'), now)).toEqual({
      settlement: { id: 'd1', status: 'released', dueAt: now },
    });
    const others = [new UnknownOutcomeError('?'), new PermanentError('no'), new ConfigurationError('no'), new Error('bug'), undefined];
    for (const other of others) expect(settleCutOff(given, other, now)).toBeUndefined();
    expect(settleCutOff(given, new TransientError('429', { scope: 'messenger' }), now)).toBeUndefined();
  });
});

it('gives back a claim as if it had not been claimed', () => {
  expect(release(claim({ attempt: 2 }), 5)).toEqual({ id: 'd1', status: 'released', dueAt: 5 });
});
