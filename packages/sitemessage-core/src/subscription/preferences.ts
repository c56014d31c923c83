import { checkOptions } from '../options.ts';
import type { Parts } from '../parts.ts';
import type { SubscriptionFilter, SubscriptionKey } from '../storage/subscriptions.ts';
import { userIdOf } from './subscribers.ts';
import { checkSubscribable, isSubscribable, typeOf } from './subscriptions.ts';

/** Message types by messengers, ready for any user interface. */
export interface Preferences {
  /** The columns, in the order in which the messengers were registered. */
  readonly messengers: readonly { readonly alias: string; readonly title: string }[];
  /** The rows, by title. Only types that somebody can subscribe to. */
  readonly types: readonly PreferencesOfType[];
}

export interface PreferencesOfType {
  readonly alias: string;
  readonly title: string;
  /** One for each messenger in turn. */
  readonly choices: readonly Choice[];
}

export interface Choice {
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

/** What somebody wants of what a form has shown. */
export interface Preference {
  /** The alias of a message type. */
  readonly type: string;
  /** An alias. */
  readonly messenger: string;
  readonly isSubscribed: boolean;
}

/** @throws TypeError for somebody without an id, or an option that is not what it should be. */
export async function getUserPreferences(user: unknown, options: PreferencesOptions, parts: Parts): Promise<Preferences> {
  return tableOf([{ userId: userIdOf(user, parts) }], options, parts);
}

/**
 * What these subscriptions, all of them together, are among those that there may be.
 *
 * @throws TypeError for an option that is not what it should be.
 */
export async function tableOf(
  whose: readonly SubscriptionFilter[],
  options: PreferencesOptions,
  { messengers: registered, types: known, storage }: Parts,
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
    for await (const { type, messenger } of storage.subscriptions.list(filter)) subscribed.add(`${type} ${messenger}`);
  }
  return {
    messengers: messengers.map(({ alias, title }) => ({ alias, title: titles[alias] ?? title })),
    types: types.map((type) => ({
      alias: type.alias,
      title: type.title,
      choices: messengers.map((messenger) => ({
        messenger: messenger.alias,
        isAllowed: isSubscribable(type, messenger),
        isSubscribed: isSubscribable(type, messenger) && subscribed.has(`${type.alias} ${messenger.alias}`),
      })),
    })),
  };
}

/**
 * Stores what was chosen, all of it or nothing; what is not mentioned stays as it is. Returns whether anything is different now.
 *
 * @throws TypeError for somebody without an id, or a preference that is not what it should be.
 * @throws ConfigurationError for an unknown type or messenger, and for a pair of them that may not be subscribed to.
 */
export async function setUserPreferences(user: unknown, preferences: readonly Preference[], parts: Parts): Promise<boolean> {
  const userId = userIdOf(user, parts);
  const add: SubscriptionKey[] = [];
  const remove: SubscriptionKey[] = [];
  for (const { type, messenger, isSubscribed } of checkPreferences(preferences, parts)) {
    (isSubscribed ? add : remove).push({ type, messenger, userId });
  }
  const { added, removed } = await parts.storage.subscriptions.change({ add, remove }, await parts.clock.now());
  return added + removed > 0;
}

/**
 * What somebody has chosen, if it may be chosen.
 *
 * @throws TypeError for a preference that is not what it should be.
 * @throws ConfigurationError for an unknown type or messenger, and for a pair of them that may not be subscribed to.
 */
export function checkPreferences(preferences: readonly Preference[], parts: Parts): readonly Preference[] {
  if (!Array.isArray(preferences)) throw new TypeError('`preferences` must be a list of { type, messenger, isSubscribed }.');
  return preferences.map((preference: Preference | undefined, index) => {
    if (typeof preference?.isSubscribed !== 'boolean') {
      throw new TypeError(`\`preferences[${index}].isSubscribed\` must be true or false.`);
    }
    const type = typeOf(preference.type, parts);
    const messenger = parts.messengers.get(preference.messenger);
    checkSubscribable(type, messenger);
    return { type: type.alias, messenger: messenger.alias, isSubscribed: preference.isSubscribed };
  });
}
