import type { SubscriptionKey } from '../storage/subscriptions.ts';

/** Whom a dispatch is for: a dispatch of an event, and what a link was made for, are such. */
export interface DispatchRecipient {
  /** An alias. */
  readonly messenger: string;
  /** As the messenger's `getAddress` returned it. */
  readonly address: string;
  /** The id of the application's user, where there is one. */
  readonly recipientId?: string;
}

/** The subscriptions that a dispatch may be owed to: of its user, if there is one, and of its bare address. */
export function keysOf(type: string, { messenger, address, recipientId }: DispatchRecipient): readonly SubscriptionKey[] {
  const bare: SubscriptionKey = { messenger, type, address };
  return recipientId === undefined ? [bare] : [{ messenger, type, userId: recipientId }, bare];
}
