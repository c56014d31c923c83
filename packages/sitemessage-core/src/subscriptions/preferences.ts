import type { SiteContext } from '../context.ts';
import { checkOptions } from '../options.ts';
import type { SubscriptionFilter } from '../storage/subscriptions.ts';
import { choose, type Preference } from './choices.ts';
import { keysOfPerson, personOf } from './person.ts';
import { isSubscribable } from './subscribe.ts';

/** Message types by messengers, ready for any user interface. */
export interface Preferences {
  /** The columns, in the order in which the messengers were registered. */
  readonly messengers: readonly { readonly alias: string; readonly title: string }[];
  /** The rows, by title. Only types that somebody can subscribe to. */
  readonly types: readonly PreferencesOfType[];
}

interface PreferencesOfType {
  readonly alias: string;
  readonly title: string;
  /** One for each messenger in turn. */
  readonly choices: readonly Choice[];
}

interface Choice {
  /** An alias. */
  readonly messenger: string;
  /** Whether one can subscribe to this type through this messenger. */
  readonly isAllowed: boolean;
  readonly isSubscribed: boolean;
}

export interface PreferencesOptions {
  /** Which message types to show. Default: all that somebody can subscribe to. */
  readonly messageFilter?: (alias: string) => boolean;
  /** Which messengers to show. Default: all that somebody can subscribe through. */
  readonly messengerFilter?: (alias: string) => boolean;
  /** Other titles for messengers, by alias. Default: their own. */
  readonly titles?: Readonly<Record<string, string>>;
}

/** @throws TypeError for somebody without an id, or an option that is not what it should be. */
export async function getUserPreferences(user: unknown, options: PreferencesOptions, site: SiteContext): Promise<Preferences> {
  const { userId, addresses } = await personOf(user, site);
  const bare = Array.from(addresses, ([messenger, address]) => ({ messenger, address }));
  return tableOf([{ userId }, ...bare], options, site);
}

/**
 * What these subscriptions, all of them together, are among those that there may be.
 *
 * @throws TypeError for an option that is not what it should be.
 */
export async function tableOf(
  whose: readonly SubscriptionFilter[],
  options: PreferencesOptions,
  { messengers: registered, types: known, storage }: SiteContext,
): Promise<Preferences> {
  checkOptions(options, ['messageFilter', 'messengerFilter', 'titles']);
  const { messageFilter = () => true, messengerFilter = () => true, titles = {} } = options;
  const messengers = registered.all().filter(({ alias, allowUserSubscription }) => allowUserSubscription && messengerFilter(alias));
  const types = known
    .aliases()
    .flatMap((alias) => known.find(alias) ?? [])
    .filter((type) => messageFilter(type.alias) && messengers.some((messenger) => isSubscribable(type, messenger)))
    .sort((one, other) => one.title.localeCompare(other.title));
  const subscribed = new Set<string>();
  for (const filter of whose) {
    for await (const { type, messenger } of storage.subscriptions.list(filter)) subscribed.add(pairOf(type, messenger));
  }
  return {
    messengers: messengers.map(({ alias, title }) => ({
      alias,
      title: (Object.hasOwn(titles, alias) ? titles[alias] : undefined) ?? title,
    })),
    types: types.map((type) => ({
      alias: type.alias,
      title: type.title,
      choices: messengers.map((messenger) => ({
        messenger: messenger.alias,
        isAllowed: isSubscribable(type, messenger),
        isSubscribed: isSubscribable(type, messenger) && subscribed.has(pairOf(type.alias, messenger.alias)),
      })),
    })),
  };
}

const pairOf = (type: string, messenger: string): string => JSON.stringify([type, messenger]);

/**
 * Stores what was chosen, all of it or nothing; what is not mentioned stays as it is. Returns whether anything is different now.
 *
 * @throws TypeError for somebody without an id, or a preference that is not what it should be.
 * @throws ConfigurationError for an unknown type or messenger, and for a pair of them that may not be subscribed to.
 */
export async function setUserPreferences(user: unknown, preferences: readonly Preference[], site: SiteContext): Promise<boolean> {
  const person = await personOf(user, site);
  const { isChanged } = await choose(preferences, ({ type, messenger }) => keysOfPerson(person, type, messenger), site);
  return isChanged;
}
