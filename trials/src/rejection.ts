import type { SitemessageError } from '@sitemessage/core';
import { expect } from 'vitest';

/** What this rejects with, or throws. */
export async function rejection(work: Promise<unknown> | (() => unknown)): Promise<SitemessageError & Readonly<Record<string, unknown>>> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    return error as SitemessageError & Readonly<Record<string, unknown>>;
  }
  return expect.fail('it should have been refused');
}
