import type { SiteContext } from '../context.ts';
import { ArgumentError, ConfigurationError } from '../errors.ts';
import { type AnyMessageType, isAllowed } from '../message/message-type.ts';
import type { AnyMessenger } from '../messenger/messenger.ts';
import { each, isSubscribers, listsOf, type Recipients } from '../recipients/recipients.ts';
import { idFor, resolveRecipient } from '../recipients/resolve.ts';
import type { Subscriber, SubscriptionKey } from '../storage/subscriptions.ts';
import { didYouMean } from '../validate.ts';

/** A message type, or its alias. */
export type TypeOrAlias = string | { readonly alias: string };

/**
 * Subscribes them all or nobody. Returns how many were not subscribed before.
 *
 * @throws ConfigurationError for an unknown type or messenger, and for a pair of them that may not be subscribed to.
 * @throws AddressError for what is neither a user with an id nor an address.
 */
export async function subscribe(given: TypeOrAlias, lists: Recipients | readonly Recipients[], site: SiteContext): Promise<number> {
  const type = typeOf(given, site);
  const add = (await subscribersOf(lists, site)).map(({ messenger, subscriber }): SubscriptionKey => {
    checkSubscribable(type, messenger);
    return { messenger: messenger.alias, type: type.alias, ...subscriber };
  });
  return (await site.storage.subscriptions.change({ add, remove: [] }, await site.clock.now())).added;
}

/**
 * Ends subscriptions, also such as nobody may begin any more. Returns how many there were.
 *
 * @throws ConfigurationError for an unknown type or messenger.
 * @throws AddressError for what is neither a user with an id nor an address.
 */
export async function unsubscribe(given: TypeOrAlias, lists: Recipients | readonly Recipients[], site: SiteContext): Promise<number> {
  const type = typeOf(given, site).alias;
  const remove = (await subscribersOf(lists, site)).map(
    ({ messenger, subscriber }): SubscriptionKey => ({ messenger: messenger.alias, type, ...subscriber }),
  );
  return (await site.storage.subscriptions.change({ add: [], remove }, await site.clock.now())).removed;
}

/** Whether people may subscribe to this type through this messenger. */
export function isSubscribable(type: AnyMessageType, messenger: AnyMessenger): boolean {
  return type.allowUserSubscription && messenger.allowUserSubscription && isAllowed(type, messenger);
}

/** @throws ConfigurationError that says why not. */
export function checkSubscribable(type: AnyMessageType, messenger: AnyMessenger): void {
  if (isSubscribable(type, messenger)) return;
  const reason = !type.allowUserSubscription
    ? `the message type has \`allowUserSubscription: false\``
    : !messenger.allowUserSubscription
      ? `the messenger has \`allowUserSubscription: false\``
      : `messages of this type are not for this messenger`;
  throw new ConfigurationError(`Nobody can subscribe to "${type.alias}" through "${messenger.alias}": ${reason}.`, {
    code: 'subscription_not_allowed',
  });
}

/** @throws ConfigurationError for one that is not registered. */
export function typeOf(given: TypeOrAlias, { types }: SiteContext): AnyMessageType {
  const alias = typeof given === 'string' ? given : given?.alias;
  const type = typeof alias === 'string' ? types.find(alias) : undefined;
  if (type) return type;
  throw new ConfigurationError(
    `The message type "${String(alias)}" is not registered; pass it to \`messageTypes\` of createSitemessage, or to registerMessageTypes().${didYouMean(String(alias), types.aliases())}`,
    { code: 'message_type_unknown' },
  );
}

/** Who is meant: a user of the application, if it has an id, and otherwise an address. */
interface Subscribing {
  readonly messenger: AnyMessenger;
  readonly subscriber: Subscriber;
}

/**
 * @throws ConfigurationError for an unknown messenger.
 * @throws AddressError for what is neither a user with an id nor an address.
 */
async function subscribersOf(
  lists: Recipients | readonly Recipients[],
  { messengers, users }: SiteContext,
): Promise<readonly Subscribing[]> {
  const found: Subscribing[] = [];
  for (const list of listsOf(lists)) {
    if (isSubscribers(list))
      throw new ArgumentError('`subscribers` are subscribed already. Give `site.recipients(alias, ...)`.', { field: 'recipients' });
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
