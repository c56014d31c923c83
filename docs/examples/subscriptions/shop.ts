// #region head
import {
  createSitemessage,
  defineMessageType,
  html,
  subscribers,
} from '@sitemessage/core';
import { createLinks } from '@sitemessage/core/links';
import { memoryStorage } from '@sitemessage/core/memory';
import { smtp } from '@sitemessage/messenger-smtp';
import { createWebHandler } from '@sitemessage/web';

interface User {
  readonly id: number;
  readonly email: string;
  readonly isActive: boolean;
}

const users = new Map<string, User>([
  ['1', { id: 1, email: 'ann@example.com', isActive: true }],
]);
const secret = process.env.LINK_SECRET ?? 'only-for-trying-it-out-0123456789';
const mailOptions = {
  url: process.env.SMTP_URL ?? 'smtp://localhost:587',
  from: 'shop@example.com',
};
// #endregion head

// #region type
export const news = defineMessageType<{ headline: string }>({
  alias: 'news',
  title: 'News of the shop',
  render: {
    smtp: ({ headline }, { links }) => ({
      subject: headline,
      html: html`<p>${headline}</p>
<p><a href="${links.preferences}">What you get</a></p>
<img src="${links.pixel}" alt="">`,
    }),
  },
});
// #endregion type

// #region site
export const site = createSitemessage({
  storage: memoryStorage(),
  messengers: [smtp(mailOptions)],
  messageTypes: [news],
  links: createLinks({ url: 'https://shop.example.com/messages', secret }),
  addressOf: (user: User) => user.email,
  userId: (user) => user.id,
  isActive: (user) => user.isActive,
  resolveUsers: (ids) => ids.flatMap((id) => users.get(id) ?? []),
});
// #endregion site

// #region subscribe
export async function subscribe(user: User): Promise<void> {
  await site.subscribe(
    news,
    site.recipients('smtp', [user, 'bob@example.org']),
  );
}
// #endregion subscribe

// #region send
export async function publish(headline: string): Promise<void> {
  await site.scheduleMessages(news({ headline }), subscribers);
}
// #endregion send

// #region web
export const answer = createWebHandler(site, { basePath: '/messages', secret });
// #endregion web

// #region preferences
export async function preferencesOf(user: User) {
  const { types } = await site.getUserPreferences(user, {
    messageFilter: (alias) => alias === 'news',
  });
  return types;
}

export async function savePreferences(
  user: User,
  isSubscribed: boolean,
): Promise<boolean> {
  return await site.setUserPreferences(user, [
    { type: 'news', messenger: 'smtp', isSubscribed },
  ]);
}
// #endregion preferences

// #region suppressions
export async function forget(address: string): Promise<void> {
  await site.suppressions.add(site.recipients('smtp', address));
}

export async function forgive(address: string): Promise<void> {
  await site.suppressions.lift(site.recipients('smtp', address));
}
// #endregion suppressions

// #region outcome
/** A mail service reports the Message-ID of a mail that bounced. */
export async function onBounce(messageId: string): Promise<{ status: number }> {
  const isKnown = await site.reportOutcome(
    { messenger: 'smtp', providerId: messageId },
    'bounced',
  );
  return { status: isKnown ? 204 : 503 };
}
// #endregion outcome
