import type { SiteContext } from '../context.ts';
import { ArgumentError, errorKind } from '../errors.ts';
import { kindOf } from '../foreign.ts';
import type { AnyMessenger } from '../messenger/messenger.ts';
import { addressFor, checkUserId, idFor } from '../recipients/resolve.ts';
import { resolveUsers } from '../recipients/users.ts';
import type { SubscriptionKey } from '../storage/subscriptions.ts';

/** A user of the application, and the addresses that it may be subscribed by as well. */
export interface Person {
  readonly userId: string;
  /** By messenger. */
  readonly addresses: ReadonlyMap<string, string>;
}

/**
 * Of a user object, or of the id of one that `resolveUsers` finds, with its addresses; of any other id without.
 *
 * @throws TypeError for somebody without an id; what `resolveUsers` and `addressOf` throw.
 */
export async function personOf(user: unknown, site: SiteContext): Promise<Person> {
  const userId = userIdOf(user, site);
  const isObject = typeof user === 'object' && user !== null;
  const found = isObject || !site.users.resolve ? user : (await resolveUsers([userId], site)).get(userId);
  const addresses = new Map<string, string>();
  if (typeof found !== 'object' || found === null) return { userId, addresses };
  for (const messenger of site.messengers.all()) {
    const address = addressIfAny(found, messenger, site);
    if (address !== undefined) addresses.set(messenger.alias, address);
  }
  return { userId, addresses };
}

/**
 * Undefined for a user without an address that the messenger takes: nobody is subscribed by one.
 *
 * @throws What the application's `addressOf` throws: somebody who opts out must not stay subscribed because it failed.
 */
function addressIfAny(user: object, messenger: AnyMessenger, { users }: SiteContext): string | undefined {
  try {
    return addressFor(messenger, user, users);
  } catch (error) {
    if (errorKind(error) === 'address') return undefined;
    throw error;
  }
}

/** The subscriptions of a person to one type through one messenger; the user's comes first. */
export function keysOfPerson({ userId, addresses }: Person, type: string, messenger: string): readonly SubscriptionKey[] {
  const user: SubscriptionKey = { messenger, type, userId };
  const address = addresses.get(messenger);
  return address === undefined ? [user] : [user, { messenger, type, address }];
}

/**
 * The id of a user: of a user object of the application, or the id itself.
 *
 * @throws TypeError when there is none.
 */
function userIdOf(user: unknown, { users }: SiteContext): string {
  const isObject = typeof user === 'object' && user !== null;
  const id = isObject ? idFor(user, users, '`user`') : checkUserId(user, '`user`');
  if (id !== undefined) return id;
  const problem = users.idOf ? '`userId` gave none' : 'give `userId` to createSitemessage';
  const message = isObject ? `\`user\` has no id: ${problem}.` : `\`user\` must be a user or its id, not ${kindOf(user)}.`;
  throw new ArgumentError(message, { field: 'user' });
}
