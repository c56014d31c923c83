import type { SitemessageError } from '@sitemessage/core';
import { expect } from 'vitest';

/** What this rejects with, or throws. */
export async function rejection(work: Promise<unknown> | (() => unknown)): Promise<SitemessageError & { readonly retryAfterMs?: number }> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    return error as SitemessageError;
  }
  return expect.fail('it should have been refused');
}
