import { AddressError } from '@sitemessage/core';
import type { MyProtocolAddress } from './types.ts';

/**
 * The name of an account: in lower case and without the @, so that `@Ann` and `ann` are one recipient. What this returns is stored, and given
 * to `send`; it must accept its own output.
 *
 * CHANGE: what an address of your provider is, and which spellings of it mean the same.
 *
 * @throws AddressError of code `my_protocol_address`.
 */
export function getAddress(given: MyProtocolAddress): string {
  // The type is for the compiler. What comes from a database may be anything.
  const name = typeof given === 'string' ? /^@?([a-z][a-z0-9._-]{0,62})$/i.exec(given)?.[1] : undefined;
  if (name !== undefined) return name.toLowerCase();
  throw new AddressError('the address must be the name of an account, such as ann or @ann.', { code: 'my_protocol_address' });
}
