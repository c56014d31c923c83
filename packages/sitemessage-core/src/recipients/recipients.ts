import { ArgumentError } from '../errors.ts';
import { namedMistake } from '../foreign.ts';
import type { AddressOf, RegisteredAlias } from '../messenger/registered.ts';

/** One, or many: an array, or any iterable or async iterable, which is read once and streamed. */
export type OneOrMany<T> = T | Iterable<T> | AsyncIterable<T>;

/** Addresses or users to reach through one messenger. Data only: it is checked when it is scheduled. */
export interface Recipients<Alias extends string = string> {
  readonly messenger: Alias;
  readonly addresses: OneOrMany<unknown>;
}

/**
 * Recipients, typed by the messengers that are installed. For user objects and further aliases use `site.recipients`, which
 * knows what the site was made with.
 */
export function recipients<const Alias extends RegisteredAlias>(alias: Alias, addresses: OneOrMany<AddressOf<Alias>>): Recipients<Alias> {
  return { messenger: alias, addresses };
}

/**
 * Everybody who is subscribed to the type of the message that is scheduled, by the time it is due. They are found when it is sent, by
 * whoever expands long lists: scheduling takes no time, be it for a million of them.
 */
export const subscribers: Recipients<'*'> = Object.freeze({ messenger: '*', addresses: [] });

/** By name: it may come from another copy of this package. */
export const isSubscribers = (list: Recipients): boolean => list.messenger === subscribers.messenger;

/** @throws TypeError for a value that recipients() has not made, and for addresses that are a promise or bytes. */
export function listsOf(given: Recipients | readonly Recipients[]): readonly Recipients[] {
  const lists = (Array.isArray(given) ? given : [given]) as readonly Recipients[];
  const place = lists.findIndex((list) => typeof list?.messenger !== 'string');
  if (place >= 0) {
    const problem = `\`recipients\` must come from recipients(alias, addresses), or be an array of those.${namedMistake(lists[place])}`;
    throw new ArgumentError(problem, { field: 'recipients' });
  }
  for (const { messenger, addresses } of lists) {
    const mistake = namedMistake(addresses);
    if (mistake) throw new ArgumentError(`The addresses for "${messenger}" are not a list.${mistake}`, { field: 'addresses' });
  }
  return lists;
}

/** The items of one or many, in order. A string is one. */
export async function* each(addresses: OneOrMany<unknown>): AsyncGenerator<unknown> {
  if (typeof addresses === 'object' && addresses !== null && (Symbol.iterator in addresses || Symbol.asyncIterator in addresses)) {
    yield* addresses as Iterable<unknown> | AsyncIterable<unknown>;
  } else {
    yield addresses;
  }
}
