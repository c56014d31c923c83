import { AddressError } from '@sitemessage/core';
import type { FbAddress } from './types.ts';

/** An id has 64 bits, so at most 19 digits. */
const pageId = /^[1-9]\d{0,18}$/;

/**
 * Returns the id of a page, or `''` for the page of the options. `''` is stored as it is, because the options
 * can change.
 *
 * @throws AddressError `fb_address`.
 */
export function getAddress(given: FbAddress): string {
  const id = readPageId(given);
  if (id !== undefined) return id;
  if (given === '') return given;
  throw new AddressError("the address must be '' for the page of the options, or the id of a page, for example 61550000000001.", {
    code: 'fb_address',
  });
}

/**
 * Returns the id as digits. Undefined for another value, also for a number above 2^53 that has lost digits.
 */
export function readPageId(given: unknown): string | undefined {
  const text = typeof given === 'number' && Number.isSafeInteger(given) ? String(given) : given;
  return typeof text === 'string' && pageId.test(text) ? text : undefined;
}
