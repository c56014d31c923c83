import type { SiteContext } from '../context.ts';
import { kindOf } from '../foreign.ts';
import type { SubscriptionKey } from '../storage/subscriptions.ts';
import { checkSubscribable, typeOf } from './subscribe.ts';

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
  if (!Array.isArray(preferences)) throw new TypeError('`preferences` must be a list of { type, messenger, isSubscribed }.');
  const places = new Map<string, number>();
  return preferences.map((preference: Preference | undefined, index) => {
    const name = `preferences[${index}]`;
    if (typeof preference?.isSubscribed !== 'boolean') throw new TypeError(`\`${name}.isSubscribed\` must be true or false.`);
    for (const field of ['type', 'messenger'] as const) {
      if (typeof preference[field] === 'string') continue;
      throw new TypeError(`\`${name}.${field}\` must be an alias, not ${kindOf(preference[field])}.`);
    }
    const type = typeOf(preference.type, site);
    const messenger = site.messengers.get(preference.messenger);
    checkSubscribable(type, messenger);
    const pair = JSON.stringify([type.alias, messenger.alias]);
    const place = places.get(pair);
    if (place !== undefined)
      throw new TypeError(`\`${name}\` is about the same type and messenger as \`preferences[${place}]\`; say it once.`);
    places.set(pair, index);
    return { type: type.alias, messenger: messenger.alias, isSubscribed: preference.isSubscribed };
  });
}
