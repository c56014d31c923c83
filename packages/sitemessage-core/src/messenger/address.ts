import { AddressError, errorKind } from '../errors.ts';
import { kindOf, namedMistake } from '../foreign.ts';
import type { AnyMessenger } from './messenger.ts';

/**
 * The most characters of an address. Every storage can index as many, and no protocol has longer addresses.
 */
export const longestAddress = 1_000;

/**
 * Returns the canonical form of an address, as the messenger's `getAddress` makes it.
 *
 * @throws AddressError when the messenger refuses the address, or no storage can keep it.
 */
export function normalizeAddress(messenger: AnyMessenger, recipient: unknown): string {
  if (typeof recipient === 'string') refuseObjectText(recipient);
  const address = ask(messenger, recipient);
  if (typeof address !== 'string') {
    throw new AddressError(`\`getAddress\` of "${messenger.alias}" returned ${kindOf(address)}. It must return a string.`);
  }
  refuseObjectText(address);
  if (address.length > longestAddress) throw new AddressError(`the address is longer than ${longestAddress} characters.`);
  if (address.includes('\0') || !address.isWellFormed()) throw new AddressError('the address holds a NUL or half of a surrogate pair.');
  return address;
}

/**
 * Calls `getAddress`. Adds a hint to its error when the recipient is a promise or bytes: the messenger
 * itself says only that it needs a string.
 */
function ask(messenger: AnyMessenger, recipient: unknown): unknown {
  try {
    return messenger.getAddress(recipient as never);
  } catch (error) {
    const mistake = namedMistake(recipient);
    if (mistake === '' || errorKind(error) !== 'address') throw error;
    throw new AddressError(`${(error as Error).message}${mistake}`, { code: (error as AddressError).code, cause: error });
  }
}

/** @throws AddressError for a text into which an object was put, as in `` `${user}@example.com` ``. */
function refuseObjectText(address: string): void {
  const [found] = /\[object \w+\]/.exec(address) ?? [];
  if (found === undefined) return;
  throw new AddressError(`the address holds "${found}": an object became a text. Pass the field of it that was meant.`);
}
