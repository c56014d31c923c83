import {
  createSitemessage,
  defineMessageType,
  html,
  overrideMessageType,
  subscribers,
} from '@sitemessage/core';
import { createLinks } from '@sitemessage/core/links';
import { smtp } from '@sitemessage/messenger-smtp';
import { telegram } from '@sitemessage/messenger-telegram';
import { sqliteStorage } from '@sitemessage/storage-sqlite';

interface User {
  readonly id: number;
  readonly email: string;
  readonly telegramChat?: string;
  readonly isActive: boolean;
}

declare const ann: User;
declare function loadUsers(ids: readonly string[]): Promise<User[]>;

// #region type
export const news = defineMessageType<{ title: string; body: string }>({
  alias: 'news',
  title: 'News',
  priority: 1,
  retryLimit: 5,
  render: {
    smtp: ({ title, body }) => ({
      subject: title,
      html: html`<h1>${title}</h1><p>${body}</p>`,
    }),
    telegram: ({ title, body }) => ({ text: `${title}\n\n${body}` }),
  },
});
// #endregion type

// #region site
export const site = createSitemessage({
  storage: sqliteStorage({ path: 'messages.db' }),
  messengers: [
    smtp({
      url: process.env.SMTP_URL ?? 'smtp://localhost:587',
      from: 'shop@example.com',
    }),
    telegram({ token: process.env.TELEGRAM_TOKEN ?? '' }),
  ],
  messageTypes: [news],
  links: createLinks({
    url: 'https://example.com/messages',
    secret: process.env.LINK_SECRET ?? '',
  }),
  addressOf: (user: User, alias) =>
    alias === 'smtp' ? user.email : user.telegramChat,
  userId: (user) => user.id,
  resolveUsers: loadUsers,
  isActive: (user) => user.isActive,
});
// #endregion site

// #region schedule
await site.scheduleMessages(
  news({ title: 'Open on Sunday', body: 'From ten.' }),
  [
    site.recipients('smtp', [ann, 'bob@example.com']),
    site.recipients('telegram', ann),
  ],
);
await site.scheduleMessages(
  news({ title: 'Open on Sunday', body: 'From ten.' }),
  subscribers,
);
// #endregion schedule

// #region cron
const report = await site.sendScheduledMessages({ priority: 1 });
if (Object.keys(report.paused).length > 0 || report.untouched.length > 0)
  process.exitCode = 1;
await site.close();
// #endregion cron

// #region upkeep
await site.cleanupSentMessages({ olderThan: 30 * 24 * 60 * 60_000 });
await site.checkUndelivered({
  notify: async (count) => {
    await site.scheduleMessages(
      `${count} messages were not delivered.`,
      site.recipients('smtp', 'admin@example.com'),
      { priority: 999 },
    );
  },
});
// #endregion upkeep

// #region override
export const ours = overrideMessageType(news, {
  render: {
    smtp: ({ title, body }) => ({ subject: `[Example] ${title}`, text: body }),
  },
});
// #endregion override
