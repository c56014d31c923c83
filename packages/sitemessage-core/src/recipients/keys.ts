import { ArgumentError } from '../errors.ts';
import { kindOf, readField } from '../foreign.ts';
import type { Recipient } from '../recipient.ts';
import type { SubscriptionKey } from '../storage/subscriptions.ts';

/** A user without an address, such as one that a link to the preferences was made for. */
export interface UserRecipient {
  readonly messenger?: undefined;
  readonly address?: undefined;
  readonly recipientId: string;
}

/** Whether it is a user without an address. */
export function isUserRecipient(recipient: Recipient | UserRecipient): recipient is UserRecipient {
  return (
    typeof readField(recipient, 'recipientId') === 'string' &&
    ['messenger', 'address'].every((name) => readField(recipient, name) === undefined)
  );
}

/** @throws TypeError that names the field: half of a recipient would be somebody else, or everybody. */
export function checkRecipient(recipient: unknown): void {
  for (const name of ['messenger', 'address', 'recipientId']) {
    const value = readField(recipient, name);
    if (typeof value === 'string' || (name === 'recipientId' && value === undefined)) continue;
    throw new ArgumentError(`\`${name}\` of the recipient must be a string, not ${kindOf(value)}.`, { field: name });
  }
}

/** The subscriptions that a dispatch may be owed to: of its user, if there is one, and of its bare address. */
export function keysOf(type: string, { messenger, address, recipientId }: Recipient): readonly SubscriptionKey[] {
  const bare: SubscriptionKey = { messenger, type, address };
  return recipientId === undefined ? [bare] : [{ messenger, type, userId: recipientId }, bare];
}
