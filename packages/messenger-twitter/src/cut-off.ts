import { ConfigurationError, errorKind, PermanentError, TransientError, UnknownOutcomeError } from '@sitemessage/core';
import type { Progress } from './progress.ts';

/** What ended a thread, as it is to core, with how much of it is there; or as it is, when nothing is. */
export function cutOff(error: unknown, { ids, texts }: Progress, signal: AbortSignal): unknown {
  if (ids.length === 0) return error;
  const { message, code, retryAfterMs, scope } = error as Partial<TransientError>;
  const told = `${ids.length} of ${texts.length} posts of the thread are on X, and then: ${message}`;
  const options = {
    cause: error,
    ...(code !== undefined && { code }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(scope !== undefined && { scope }),
  };
  switch (errorKind(error)) {
    case 'permanent':
    case 'address':
      return new PermanentError(told, options);
    case 'configuration':
      return new ConfigurationError(told, options);
    case 'unknown':
      return new UnknownOutcomeError(told, options);
    case 'transient':
      // Whoever stops a send may be about to end the process, which alone knows how far it got.
      return signal.aborted
        ? new UnknownOutcomeError(told, { code: 'twitter_part_sent', cause: error })
        : new TransientError(told, options);
  }
}
