import { AddressError } from '@sitemessage/core';
import type { FbAddress } from './types.ts';

/** As far as 64 bits go. */
const pageId = /^[1-9]\d{0,18}$/;

/**
 * The id of a page, or `''`, which stays what it is: which page that is stands in the options, and may be another one tomorrow.
 *
 * @throws AddressError of code `fb_address`.
 */
export function getAddress(given: FbAddress): string {
  const id = readPageId(given);
  if (id !== undefined) return id;
  if (given === '') return given;
  throw new AddressError("the address must be '', for the page of the options, or the id of a page, such as 61550000000001.", {
    code: 'fb_address',
  });
}

/** Undefined for what is none; also for a number that has lost digits. */
export function readPageId(given: unknown): string | undefined {
  const text = typeof given === 'number' && Number.isSafeInteger(given) ? String(given) : given;
  return typeof text === 'string' && pageId.test(text) ? text : undefined;
}
