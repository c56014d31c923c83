import type { SiteContext } from '../context.ts';
import { kindOf } from '../foreign.ts';
import type { AnyMessenger } from '../messenger/messenger.ts';
import { each, isSubscribers, listsOf, type Recipients } from '../recipients/recipients.ts';
import { checkUserId, idFor, resolveRecipient } from '../recipients/resolve.ts';
import type { Subscriber } from '../storage/subscriptions.ts';

/** Who is meant: a user of the application, if it has an id, and otherwise an address. */
export interface Subscribing {
  readonly messenger: AnyMessenger;
  readonly subscriber: Subscriber;
}

/**
 * @throws ConfigurationError for an unknown messenger.
 * @throws AddressError for what is neither a user with an id nor an address.
 */
export async function subscribersOf(
  lists: Recipients | readonly Recipients[],
  { messengers, users }: SiteContext,
): Promise<readonly Subscribing[]> {
  const found: Subscribing[] = [];
  for (const list of listsOf(lists)) {
    if (isSubscribers(list)) throw new TypeError('`subscribers` are those who are subscribed already: give `site.recipients(alias, ...)`.');
    const messenger = messengers.get(list.messenger);
    let position = 0;
    for await (const recipient of each(list.addresses)) {
      position += 1;
      // A user who has no address now may have one when a message goes out.
      const userId = idFor(recipient, users, `Recipient ${position} of "${messenger.alias}"`);
      const subscriber = userId === undefined ? { address: resolveRecipient(messenger, recipient, users, position).address } : { userId };
      found.push({ messenger, subscriber });
    }
  }
  return found;
}

/**
 * The id of a user: of a user object of the application, or the id itself.
 *
 * @throws TypeError when there is none.
 */
export function userIdOf(user: unknown, { users }: SiteContext): string {
  const isObject = typeof user === 'object' && user !== null;
  const id = isObject ? idFor(user, users, '`user`') : checkUserId(user, '`user`');
  if (id !== undefined) return id;
  const problem = users.idOf ? '`userId` gave none' : 'give `userId` to createSitemessage';
  throw new TypeError(isObject ? `\`user\` has no id: ${problem}.` : `\`user\` must be a user or its id, not ${kindOf(user)}.`);
}
