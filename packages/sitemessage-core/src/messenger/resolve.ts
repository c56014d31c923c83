import { AddressError, errorKind } from '../errors.ts';
import { kindOf } from '../options.ts';
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
 * What the caller passed -> an address and perhaps a user's id. An object goes through the site's `addressOf` first.
 *
 * @throws AddressError that says which recipient it was (`position` counts from 1) and shows no object of the host application.
 * @throws TypeError for an id of a user that is none.
 */
export function resolveRecipient(messenger: AnyMessenger, recipient: unknown, users: Users, position: number): Resolved {
  const isObject = typeof recipient === 'object' && recipient !== null;
  const isUser = isObject && users.addressOf !== undefined;
  const address = isUser ? users.addressOf?.(recipient as never, messenger.alias) : undefined;
  const place = `Recipient ${position} of "${messenger.alias}"`;
  const id = isUser ? checkUserId(users.idOf?.(recipient as never), place) : undefined;
  const who = `${place}${id === undefined ? '' : ` (user ${id})`}`;
  try {
    const stored = canonical(messenger, address ?? recipient);
    return { messenger: messenger.alias, address: stored, ...(id !== undefined && { recipientId: id }) };
  } catch (error) {
    if (errorKind(error) !== 'address') throw error;
    throw new AddressError(`${who}: ${reasonFor(error as Error)}`, { code: (error as AddressError).code, cause: error });
  }

  function reasonFor({ message }: Error): string {
    if (isUser && (address === undefined || address === null)) return '`addressOf` gave no address for this user.';
    if (isObject && !isUser) return `${message} To pass users of your own, give \`addressOf\` to createSitemessage.`;
    return message;
  }
}

/**
 * The id of a user as it is stored; undefined when there is none.
 *
 * @throws TypeError that says whose (`place`) it was.
 */
export function checkUserId(id: unknown, place: string): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id !== 'string' && !Number.isFinite(id)) {
    throw new TypeError(`${place}: \`userId\` gave ${kindOf(id)}; it has to give a string, a finite number or undefined.`);
  }
  const text = String(id);
  if (text !== '' && text.length <= longest && !text.includes('\0') && text.isWellFormed()) return text;
  throw new TypeError(
    `${place}: \`userId\` gave an empty text, one of more than ${longest} characters, or with a NUL or half of a surrogate pair in it.`,
  );
}

/**
 * What a messenger makes of an address.
 *
 * @throws AddressError for one that it refuses, or that no storage could keep.
 */
export function canonical(messenger: AnyMessenger, recipient: unknown): string {
  const address: unknown = messenger.getAddress(recipient as never);
  if (typeof address !== 'string') {
    throw new AddressError(`\`getAddress\` of "${messenger.alias}" gave ${kindOf(address)}, which is no text.`);
  }
  if (address.length > longest) throw new AddressError(`the address is longer than ${longest} characters.`);
  if (address.includes('\0') || !address.isWellFormed()) throw new AddressError('the address holds a NUL or half of a surrogate pair.');
  return address;
}
