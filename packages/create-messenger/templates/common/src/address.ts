import { AddressError } from '@sitemessage/core';
import type { MyProtocolAddress } from './types.ts';

/**
 * Returns the name of an account in lower case and without the @, so that `@Ann` and `ann` are one recipient.
 * Core stores the result, and passes it to `send`. The function must accept its own output.
 *
 * CHANGE: the form of your provider's addresses, and the spellings that mean the same.
 *
 * @throws AddressError `my_protocol_address`.
 */
export function getAddress(given: MyProtocolAddress): string {
  // The compiler checks the type. A value from a database can be anything.
  const name = typeof given === 'string' ? /^@?([a-z][a-z0-9._-]{0,62})$/i.exec(given)?.[1] : undefined;
  if (name !== undefined) return name.toLowerCase();
  throw new AddressError('the address must be the name of an account, such as ann or @ann.', { code: 'my_protocol_address' });
}
