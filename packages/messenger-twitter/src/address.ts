import { AddressError } from '@sitemessage/core';

/** 15 characters at most: https://help.x.com/en/managing-your-account/x-username-rules. */
const handle = /^@?[A-Za-z0-9_]{1,15}$/;

/**
 * `''` for a post that mentions nobody, or `@name` in lower case: X does not tell `@Ann` from `@ann`.
 *
 * @throws AddressError of code `twitter_address`.
 */
export function getAddress(given: string): string {
  if (given === '') return given;
  if (typeof given === 'string' && handle.test(given)) return `@${given.replace('@', '').toLowerCase()}`;
  throw new AddressError("the address must be '', for a post that mentions nobody, or the name of an account, such as @ann.", {
    code: 'twitter_address',
  });
}
