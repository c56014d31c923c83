import { AddressError, ConfigurationError, PermanentError, TransientError, UnknownOutcomeError } from '../../src/errors.ts';
import type { DispatchStatus } from '../../src/storage/records.ts';

export interface Limits {
  readonly retryLimit: number;
  readonly onUnknown: 'resend' | 'hold';
}

/** What a send comes to, and what docs/lifecycle.md makes of it. */
export interface Outcome {
  send(): Promise<void> | void;
  becomes(attempt: number, limits: Limits): DispatchStatus;
  /** Whether it may have been delivered. */
  readonly mayHaveGone: boolean;
}

const again: Outcome['becomes'] = (attempt, { retryLimit }) => (attempt < retryLimit ? 'error' : 'failed');
const unknown: Outcome['becomes'] = (attempt, limits) => (limits.onUnknown === 'hold' ? 'failed' : again(attempt, limits));

const throws = (error: unknown, becomes: Outcome['becomes'], mayHaveGone = false): Outcome => ({
  send() {
    throw error;
  },
  becomes,
  mayHaveGone,
});

export const outcomes = {
  sent: { send: () => undefined, becomes: () => 'sent', mayHaveGone: true },
  transient: throws(new TransientError('busy', { retryAfterMs: 2_500 }), again),
  'line lost': throws(new TransientError('reset', { sessionLost: true }), again),
  'no error of ours': throws('a text', again),
  '429 for the address': throws(new TransientError('slow down', { scope: 'address', retryAfterMs: 3_000 }), () => 'pending'),
  '429 for all': throws(new TransientError('slow down', { scope: 'messenger' }), () => 'pending'),
  permanent: throws(new PermanentError('no'), () => 'failed'),
  address: throws(new AddressError('nobody'), () => 'failed'),
  configuration: throws(new ConfigurationError('wrong token'), again),
  unknown: throws(new UnknownOutcomeError('?', { sessionLost: true }), unknown, true),
  hangs: { send: () => new Promise(() => undefined), becomes: unknown, mayHaveGone: true },
} as const satisfies Record<string, Outcome>;

export type OutcomeName = keyof typeof outcomes;
