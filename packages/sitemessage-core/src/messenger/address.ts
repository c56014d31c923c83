import { AddressError, errorKind } from '../errors.ts';
import { kindOf, namedMistake } from '../foreign.ts';
import type { AnyMessenger } from './messenger.ts';

/** Every storage can index this much, and no protocol has longer addresses. */
export const longestAddress = 1_000;

/**
 * What a messenger makes of an address.
 *
 * @throws AddressError for one that it refuses, or that no storage could keep.
 */
export function normalizeAddress(messenger: AnyMessenger, recipient: unknown): string {
  if (typeof recipient === 'string') refuseObjectText(recipient);
  const address = ask(messenger, recipient);
  if (typeof address !== 'string') {
    throw new AddressError(`\`getAddress\` of "${messenger.alias}" gave ${kindOf(address)}, which is no text.`);
  }
  refuseObjectText(address);
  if (address.length > longestAddress) throw new AddressError(`the address is longer than ${longestAddress} characters.`);
  if (address.includes('\0') || !address.isWellFormed()) throw new AddressError('the address holds a NUL or half of a surrogate pair.');
  return address;
}

/** @throws AddressError that names bytes where a text was meant: a messenger only says that it wants a string. */
function ask(messenger: AnyMessenger, recipient: unknown): unknown {
  try {
    return messenger.getAddress(recipient as never);
  } catch (error) {
    const mistake = namedMistake(recipient);
    if (mistake === '' || errorKind(error) !== 'address') throw error;
    throw new AddressError(`${(error as Error).message}${mistake}`, { code: (error as AddressError).code, cause: error });
  }
}

/** @throws AddressError for a text that an object was put into, as in `` `${user}@example.com` ``. */
function refuseObjectText(address: string): void {
  const [found] = /\[object \w+\]/.exec(address) ?? [];
  if (found === undefined) return;
  throw new AddressError(`the address holds "${found}": an object became a text. Pass the field of it that was meant.`);
}
