import type { SiteContext } from '../context.ts';
import { ConfigurationError } from '../errors.ts';
import { type AnyMessageType, isAllowed } from '../message/message-type.ts';
import type { AnyMessenger } from '../messenger/messenger.ts';
import type { Recipients } from '../recipients/recipients.ts';
import type { SubscriptionKey } from '../storage/subscriptions.ts';
import { didYouMean } from '../validate.ts';
import { subscribersOf } from './subscribers.ts';

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
