import type { LinkSubject } from '@sitemessage/core/links';
import type { LinkedSubscription } from '../pages/page.ts';
import type { WebContext } from './route.ts';

/** Reads the subscription of a link from the site. */
export async function subscriptionOf(subject: LinkSubject, { site, settings }: WebContext): Promise<LinkedSubscription> {
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

/** Subscribes the recipient of a link again. Returns false when that is not allowed (any more). */
export async function resubscribe(subject: LinkSubject, web: WebContext): Promise<boolean> {
  const { isAllowed } = await subscriptionOf(subject, web);
  if (isAllowed)
    await web.site.setRecipientPreferences(subject, [{ type: subject.type, messenger: subject.messenger, isSubscribed: true }]);
  return isAllowed;
}
