import { AddressError } from '@sitemessage/core';

/** A name has at most 15 characters: https://help.x.com/en/managing-your-account/x-username-rules. */
const handle = /^@?[A-Za-z0-9_]{1,15}$/;

/**
 * Returns `''` for a post without a mention, or `@name` in lower case. X does not distinguish `@Ann` from
 * `@ann`.
 *
 * @throws AddressError `twitter_address`.
 */
export function getAddress(given: string): string {
  if (given === '') return given;
  if (typeof given === 'string' && handle.test(given)) return `@${given.replace('@', '').toLowerCase()}`;
  throw new AddressError("the address must be '' for a post without a mention, or the name of an account, for example @ann.", {
    code: 'twitter_address',
  });
}
