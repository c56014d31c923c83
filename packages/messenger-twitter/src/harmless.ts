import { errorKind, TransientError, type UnknownOutcomeError } from '@sitemessage/core';

/** Of what posts nothing there is no unknown outcome: it may be done again. */
export async function harmless<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (errorKind(error) !== 'unknown') throw error;
    const { message, code, cause } = error as UnknownOutcomeError;
    throw new TransientError(message, { code, cause });
  }
}
