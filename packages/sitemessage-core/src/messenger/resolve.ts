import { AddressError, errorKind } from '../errors.ts';
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
 */
export function resolveRecipient(messenger: AnyMessenger, recipient: unknown, users: Users, position: number): Resolved {
  const isObject = typeof recipient === 'object' && recipient !== null;
  const isUser = isObject && users.addressOf !== undefined;
  const address = isUser ? users.addressOf?.(recipient as never, messenger.alias) : undefined;
  const id = isUser ? users.idOf?.(recipient as never) : undefined;
  const who = `Recipient ${position} of "${messenger.alias}"${id === undefined ? '' : ` (user ${id})`}`;
  try {
    const stored = messenger.getAddress((address ?? recipient) as never);
    checkText(stored);
    return { messenger: messenger.alias, address: stored, ...(id !== undefined && { recipientId: String(id) }) };
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

function checkText(address: string): void {
  if (address.length > longest) throw new AddressError(`the address is longer than ${longest} characters.`);
  if (address.includes('\0') || !address.isWellFormed()) throw new AddressError('the address holds a NUL or half of a surrogate pair.');
}
