import type { LinkSubject } from '@sitemessage/core/links';
import type { WebParts } from './routes/route.ts';

/** What a link to unsubscribe is about, and how that stands. */
export interface LinkedSubscription {
  /** The alias of the message type. */
  readonly type: string;
  /** For people. The alias where the type is not there any more. */
  readonly typeTitle: string;
  /** An alias. */
  readonly messenger: string;
  /** For people. The alias where the messenger is not there any more. */
  readonly messengerTitle: string;
  readonly address: string;
  /** Whether one can subscribe to it. */
  readonly isAllowed: boolean;
  readonly isSubscribed: boolean;
}

export async function subscriptionOf(subject: LinkSubject, { site, settings }: WebParts): Promise<LinkedSubscription> {
  const { titles = {} } = settings.preferences;
  const { messengers, types } = await site.getRecipientPreferences(subject, { titles });
  const type = types.find(({ alias }) => alias === subject.type);
  const choice = type?.choices.find(({ messenger }) => messenger === subject.messenger);
  return {
    type: subject.type,
    typeTitle: type?.title ?? subject.type,
    messenger: subject.messenger,
    messengerTitle: messengers.find(({ alias }) => alias === subject.messenger)?.title ?? subject.messenger,
    address: subject.address,
    isAllowed: choice?.isAllowed ?? false,
    isSubscribed: choice?.isSubscribed ?? false,
  };
}

/** Subscribes them again. Returns false where that is not allowed (any more). */
export async function resubscribe(subject: LinkSubject, parts: WebParts): Promise<boolean> {
  const { isAllowed } = await subscriptionOf(subject, parts);
  if (isAllowed)
    await parts.site.setRecipientPreferences(subject, [{ type: subject.type, messenger: subject.messenger, isSubscribed: true }]);
  return isAllowed;
}
