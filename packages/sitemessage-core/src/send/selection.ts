import { inspect } from 'node:util';
import { isPriority } from '../message/message-type.ts';
import type { AnyMessenger } from '../messenger/messenger.ts';
import type { Messengers } from '../messenger/messengers.ts';

/** Which dispatches are sent. */
export interface Selection {
  /** Only dispatches of exactly this priority. Default: all, higher ones first. */
  readonly priority?: number;
  /** Only through these messengers, by alias; none for an empty list. Default: all of the site. */
  readonly messengers?: readonly string[];
}

/** @throws TypeError that names the option. */
export function checkSelection({ priority, messengers }: Selection): void {
  if (priority !== undefined && !isPriority(priority)) {
    throw new TypeError(`\`priority\` must be an integer of at most 32 bits, not ${inspect(priority)}.`);
  }
  if (messengers !== undefined && !Array.isArray(messengers)) {
    throw new TypeError(`\`messengers\` must be a list of aliases, such as ['smtp'], not ${inspect(messengers)}.`);
  }
}

/** @throws ConfigurationError for an alias that this site does not have. */
export function selectMessengers(selection: Selection, all: Messengers): readonly AnyMessenger[] {
  return selection.messengers?.map((alias) => all.get(alias)) ?? all.all();
}
