import type { SiteContext } from '../context.ts';
import { ConfigurationError } from '../errors.ts';
import type { SitemessageEvent } from '../events.ts';
import type { Recipient } from '../recipient.ts';
import { checkRecipient, isUserRecipient, keysOf, type UserRecipient } from '../recipients/keys.ts';
import type { SubscriptionFilter, SubscriptionKey } from '../storage/subscriptions.ts';
import { keysOfPerson, personOf } from './person.ts';
import { choose, getUserPreferences, type Preference, type Preferences, type PreferencesOptions, tableOf } from './preferences.ts';

/**
 * Ends the subscriptions of the user and of the bare address, also to a type and through a messenger that are not there any more. Returns how
 * many there were.
 */
export async function unsubscribeRecipient(type: string, recipient: Recipient, site: SiteContext): Promise<number> {
  checkRecipient(recipient);
  const change = { add: [], remove: keysOf(type, recipient) };
  const { removed } = await site.storage.subscriptions.change(change, await site.clock.now());
  site.events.emit(unsubscribed(type, recipient));
  return removed;
}

/**
 * Of a user everything, with what its bare address is subscribed to; of a bare address what concerns its messenger. A user without an
 * address is found by `resolveUsers`, where the site has it.
 *
 * @throws TypeError for a recipient or an option that is not what it should be.
 */
export async function getRecipientPreferences(
  recipient: Recipient | UserRecipient,
  options: PreferencesOptions,
  site: SiteContext,
): Promise<Preferences> {
  if (isUserRecipient(recipient)) return getUserPreferences(recipient.recipientId, options, site);
  checkRecipient(recipient);
  const { messenger, address, recipientId } = recipient;
  const bare: SubscriptionFilter = { messenger, address };
  if (recipientId !== undefined) return tableOf([{ userId: recipientId }, bare], options, site);
  const { messengerFilter = () => true } = options;
  return tableOf([bare], { ...options, messengerFilter: (alias) => alias === messenger && messengerFilter(alias) }, site);
}

/**
 * Stores what was chosen, all of it or nothing; what is not mentioned stays as it is. Who is subscribed by the bare address stays so, and is not
 * subscribed as a user too. Returns whether anything is different now.
 *
 * @throws TypeError for a recipient or a preference that is not what it should be.
 * @throws ConfigurationError for what this recipient may not subscribe to.
 */
export async function setRecipientPreferences(
  recipient: Recipient | UserRecipient,
  preferences: readonly Preference[],
  site: SiteContext,
): Promise<boolean> {
  const { isChanged, ended } = await choose(preferences, await keysBy(recipient, site), site);
  for (const { type, messenger } of ended) {
    const { address, ...user } = recipient;
    const isTheirs = address !== undefined && messenger === recipient.messenger;
    site.events.emit(unsubscribed(type, { ...user, messenger, ...(isTheirs && { address }) }));
  }
  return isChanged;
}

async function keysBy(
  recipient: Recipient | UserRecipient,
  site: SiteContext,
): Promise<(preference: Preference) => readonly SubscriptionKey[]> {
  if (isUserRecipient(recipient)) {
    const person = await personOf(recipient.recipientId, site);
    return ({ type, messenger }) => keysOfPerson(person, type, messenger);
  }
  checkRecipient(recipient);
  return (preference) => keysFor(preference, recipient);
}

/** The user's comes first, if there is a user: that is the one that is subscribed anew. */
function keysFor({ type, messenger }: Preference, recipient: Recipient): readonly SubscriptionKey[] {
  if (messenger === recipient.messenger) return keysOf(type, recipient);
  if (recipient.recipientId !== undefined) return [{ messenger, type, userId: recipient.recipientId }];
  throw new ConfigurationError(`An address of "${recipient.messenger}" cannot be subscribed through "${messenger}".`, {
    code: 'subscription_not_allowed',
  });
}

function unsubscribed(messageType: string, recipient: Omit<Recipient, 'address'> & { readonly address?: string }): SitemessageEvent {
  const { messenger, address, recipientId } = recipient;
  return {
    type: 'unsubscribed',
    messageType,
    messenger,
    ...(address !== undefined && { address }),
    ...(recipientId !== undefined && { recipientId }),
  };
}
