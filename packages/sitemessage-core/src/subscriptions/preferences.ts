import type { SiteContext } from '../context.ts';
import { ArgumentError } from '../errors.ts';
import { kindOf } from '../foreign.ts';
import type { SubscriptionFilter, SubscriptionKey } from '../storage/subscriptions.ts';
import { check, checkOptions } from '../validate.ts';
import { keysOfPerson, personOf } from './person.ts';
import { checkSubscribable, isSubscribable, typeOf } from './subscribe.ts';

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
  checkOptions(
    options,
    { messageFilter: check.function, messengerFilter: check.function, titles: check.anything },
    { of: 'the preferences' },
  );
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

/** What somebody wants of what a form has shown. */
export interface Preference {
  /** The alias of a message type. */
  readonly type: string;
  /** An alias. */
  readonly messenger: string;
  readonly isSubscribed: boolean;
}

export interface Chosen {
  /** Whether anything is different now. */
  readonly isChanged: boolean;
  /** Of what is not wanted any more, that which was there. */
  readonly ended: readonly Preference[];
}

/**
 * Stores what somebody has chosen, all of it or nothing; what is not mentioned stays as it is. `keysOf` gives the subscriptions that a choice is
 * about: any of them is enough to be subscribed, the first one is what is added when there is none, and ending it ends all.
 *
 * @throws TypeError for a preference that is not what it should be.
 * @throws ConfigurationError for an unknown type or messenger, and for a pair of them that may not be subscribed to.
 */
export async function choose(
  preferences: readonly Preference[],
  keysOf: (preference: Preference) => readonly SubscriptionKey[],
  site: SiteContext,
): Promise<Chosen> {
  const choices = checkPreferences(preferences, site).map((preference) => ({ preference, keys: keysOf(preference) }));
  const { subscriptions } = site.storage;
  const keys = choices.flatMap((choice) => choice.keys);
  if (keys.length === 0) return { isChanged: false, ended: [] };
  const answers = await subscriptions.has(keys);
  const there = new Set(keys.filter((_, index) => answers[index]));
  const wasThere = (choice: (typeof choices)[number]): boolean => choice.keys.some((key) => there.has(key));

  const unwanted = choices.filter(({ preference }) => !preference.isSubscribed);
  const missing = choices.filter((choice) => choice.preference.isSubscribed && !wasThere(choice));
  const change = { add: missing.flatMap((choice) => choice.keys.slice(0, 1)), remove: unwanted.flatMap((choice) => choice.keys) };
  const { added, removed } = await subscriptions.change(change, await site.clock.now());
  return { isChanged: added + removed > 0, ended: unwanted.filter(wasThere).map(({ preference }) => preference) };
}

function checkPreferences(preferences: readonly Preference[], site: SiteContext): readonly Preference[] {
  if (!Array.isArray(preferences))
    throw new ArgumentError('`preferences` must be a list of { type, messenger, isSubscribed }.', { field: 'preferences' });
  const places = new Map<string, number>();
  return preferences.map((preference: Preference | undefined, index) => {
    const name = `preferences[${index}]`;
    if (typeof preference?.isSubscribed !== 'boolean')
      throw new ArgumentError(`\`${name}.isSubscribed\` must be true or false.`, { field: `${name}.isSubscribed` });
    for (const field of ['type', 'messenger'] as const) {
      if (typeof preference[field] === 'string') continue;
      throw new ArgumentError(`\`${name}.${field}\` must be an alias, not ${kindOf(preference[field])}.`, { field: `${name}.${field}` });
    }
    const type = typeOf(preference.type, site);
    const messenger = site.messengers.get(preference.messenger);
    checkSubscribable(type, messenger);
    const pair = JSON.stringify([type.alias, messenger.alias]);
    const place = places.get(pair);
    if (place !== undefined)
      throw new ArgumentError(`\`${name}\` has the same type and messenger as \`preferences[${place}]\`. Leave one out.`, { field: name });
    places.set(pair, index);
    return { type: type.alias, messenger: messenger.alias, isSubscribed: preference.isSubscribed };
  });
}
