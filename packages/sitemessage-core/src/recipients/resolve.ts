import type { SiteContext, Users } from '../context.ts';
import { AddressError, ArgumentError, errorKind } from '../errors.ts';
import { ignore, isPromise, kindOf } from '../foreign.ts';
import { longestAddress as longest, normalizeAddress } from '../messenger/address.ts';
import type { AnyMessenger } from '../messenger/messenger.ts';
import { type Recipient, recipientOf } from '../recipient.ts';
import { invalidOption } from '../validate.ts';
import { each, type Recipients } from './recipients.ts';

/**
 * Resolves what the caller passed into an address, and a user's id where there is one.
 *
 * @throws AddressError that says which recipient it was (`position` counts from 1) and shows no object of the host application.
 * @throws TypeError for a user's id that is none.
 */
export function resolveRecipient(messenger: AnyMessenger, recipient: unknown, users: Users, position: number): Recipient {
  const place = `Recipient ${position} of "${messenger.alias}"`;
  const id = idFor(recipient, users, place);
  try {
    return recipientOf({ messenger: messenger.alias, address: addressFor(messenger, recipient, users), recipientId: id });
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
    throw invalidOption('addressOf', 'returned a promise. It must return the address');
  }
  try {
    return normalizeAddress(messenger, given ?? recipient);
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
    throw new ArgumentError(`${place}: \`userId\` returned ${kindOf(id)}. It must return a string, a finite number or undefined.`, {
      field: 'userId',
    });
  }
  const text = String(id);
  if (isUserId(text)) return text;
  const problem = `returned an empty text, a text of more than ${longest} characters, or a NUL or half of a surrogate pair`;
  throw new ArgumentError(`${place}: \`userId\` ${problem}.`, { field: 'userId' });
}

/** Whether every storage can keep it as the id of a user. */
export const isUserId = (text: string): boolean => text !== '' && text.length <= longest && !text.includes('\0') && text.isWellFormed();

/** Takes some 2 ms. */
const turnSize = 500;

/** The recipients as they will be stored, some at a time. The event loop gets a turn after each: an iterable that never waits would keep it for seconds. */
export async function* resolveAll(
  lists: readonly Recipients[],
  { messengers, users, runtime }: SiteContext,
): AsyncGenerator<readonly Recipient[], undefined> {
  let some: Recipient[] = [];
  for (const list of lists) {
    const messenger = messengers.get(list.messenger);
    let position = 0;
    for await (const recipient of each(list.addresses)) {
      position += 1;
      some.push(resolveRecipient(messenger, recipient, users, position));
      if (some.length < turnSize) continue;
      yield some;
      some = [];
      await runtime.turn();
    }
  }
  if (some.length > 0) yield some;
  return undefined;
}
