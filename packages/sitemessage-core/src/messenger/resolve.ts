import { AddressError, errorKind } from '../errors.ts';
import { ignore, isPromise, kindOf, namedMistake } from '../foreign.ts';
import type { Users } from '../parts.ts';
import type { AnyMessenger } from './messenger.ts';

/** A recipient as it is stored. */
export interface Resolved {
  readonly messenger: string;
  readonly address: string;
  readonly recipientId?: string;
}

/** Every storage can index this much, and no protocol has longer addresses. */
const longest = 1_000;

/**
 * Resolves what the caller passed into an address, and a user's id where there is one.
 *
 * @throws AddressError that says which recipient it was (`position` counts from 1) and shows no object of the host application.
 * @throws TypeError for a user's id that is none.
 */
export function resolveRecipient(messenger: AnyMessenger, recipient: unknown, users: Users, position: number): Resolved {
  const place = `Recipient ${position} of "${messenger.alias}"`;
  const id = idFor(recipient, users, place);
  try {
    return { messenger: messenger.alias, address: addressFor(messenger, recipient, users), ...(id !== undefined && { recipientId: id }) };
  } catch (error) {
    if (errorKind(error) !== 'address') throw error;
    const who = `${place}${id === undefined ? '' : ` (user ${id})`}`;
    throw new AddressError(`${who}: ${(error as Error).message}`, { code: (error as AddressError).code, cause: error });
  }
}

/**
 * The address of a recipient. The site's `addressOf` reads an object first. Where that gives nothing, the messenger's own
 * `getAddress` decides: it may understand the object itself.
 *
 * @throws AddressError for a recipient without an address, or with one that the messenger refuses.
 * @throws TypeError when `addressOf` gives a promise.
 */
export function addressFor(messenger: AnyMessenger, recipient: unknown, { addressOf }: Users): string {
  const given = isObject(recipient) ? (addressOf?.(recipient as never, messenger.alias) ?? undefined) : undefined;
  if (isPromise(given)) {
    ignore(given);
    throw new TypeError('`addressOf` gave a promise; it has to give the address at once.');
  }
  try {
    return canonical(messenger, given ?? recipient);
  } catch (error) {
    if (!isObject(recipient) || given !== undefined || errorKind(error) !== 'address') throw error;
    const { message, code } = error as AddressError;
    const reason = addressOf
      ? '`addressOf` gave no address for this user.'
      : `${message} To pass users of your own, give \`addressOf\` to createSitemessage.`;
    throw new AddressError(reason, { code, cause: error });
  }
}

/**
 * The id of a user object, as the site's `userId` reads it. Undefined for an address, and for a user without one.
 *
 * @throws TypeError for an id that is none; it says whose (`place`) it was.
 */
export function idFor(recipient: unknown, { idOf }: Users, place: string): string | undefined {
  return isObject(recipient) ? checkUserId(idOf?.(recipient as never), place) : undefined;
}

/** Bytes are no user: they were meant as a text. */
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

/**
 * The id of a user as it is stored; undefined when there is none.
 *
 * @throws TypeError that says whose (`place`) it was.
 */
export function checkUserId(id: unknown, place: string): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id !== 'string' && !Number.isFinite(id)) {
    ignore(id);
    throw new TypeError(`${place}: \`userId\` gave ${kindOf(id)}; it has to give a string, a finite number or undefined.`);
  }
  const text = String(id);
  if (isUserId(text)) return text;
  throw new TypeError(
    `${place}: \`userId\` gave an empty text, one of more than ${longest} characters, or with a NUL or half of a surrogate pair in it.`,
  );
}

/** Whether every storage can keep it as the id of a user. */
export const isUserId = (text: string): boolean => text !== '' && text.length <= longest && !text.includes('\0') && text.isWellFormed();

/**
 * What a messenger makes of an address.
 *
 * @throws AddressError for one that it refuses, or that no storage could keep.
 */
export function canonical(messenger: AnyMessenger, recipient: unknown): string {
  if (typeof recipient === 'string') refuseObjectText(recipient);
  const address = ask(messenger, recipient);
  if (typeof address !== 'string') {
    throw new AddressError(`\`getAddress\` of "${messenger.alias}" gave ${kindOf(address)}, which is no text.`);
  }
  refuseObjectText(address);
  if (address.length > longest) throw new AddressError(`the address is longer than ${longest} characters.`);
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
