import { checkOptions, invalidOption, type OptionCheck } from '@sitemessage/core';

/** The checks of an object of arguments, by field. */
export type Checks = Readonly<Record<string, OptionCheck>>;

/**
 * Checks an object that a test gives to the sandbox. `of` names its owner in the error.
 *
 * @throws ArgumentError `option_unknown` for a field that is not in `checks`, `option_invalid` for a wrong
 * value and for a field of `required` that is missing.
 */
export function checkArguments(given: object, checks: Checks, of: string, required: readonly string[] = []): void {
  checkOptions(given, checks, { of });
  const missing = required.find((name) => Reflect.get(given, name) === undefined);
  if (missing !== undefined) throw invalidOption(missing, 'is missing', of);
}

/** An address, or a function that says if an address matches. */
export type AddressFilter = string | ((address: string) => boolean);

export const checkAddressFilter: OptionCheck = (value) =>
  typeof value === 'string' || typeof value === 'function' ? undefined : 'must be an address or a function';

/** Returns true when the filter is missing, or matches the address. */
export function isAddressed(filter: AddressFilter | undefined, address: string | undefined): boolean {
  if (filter === undefined) return true;
  if (address === undefined) return false;
  return typeof filter === 'string' ? filter === address : filter(address);
}

/** Checks a count of which `Infinity` means "until it is removed". */
export const checkTimes: OptionCheck = (value) =>
  value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && (value as number) >= 1)
    ? undefined
    : 'must be an integer, 1 or more, or Infinity';

/** Checks a status of an HTTP reply. */
export const checkStatus: OptionCheck = (value) =>
  Number.isInteger(value) && (value as number) >= 200 && (value as number) <= 599 ? undefined : 'must be an integer from 200 to 599';
