import { createSitemessage, defineMessageType, recipients } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import '@sitemessage/messenger-telegram';

const storage = memoryStorage();
const site = createSitemessage({ storage, messengers: { telegram: { token: '1:token' } } });

export const refused = () => [
  // @ts-expect-error: no such alias
  site.recipients('telegramm', 12345),
  // @ts-expect-error: a name is no address of a Telegram user
  site.recipients('telegram', 'ann'),
  // @ts-expect-error: one of the addresses is a name
  site.recipients('telegram', [12345, 'ann']),
  // @ts-expect-error: its package is installed but not imported
  recipients('smtp', 'ann@example.com'),
  // @ts-expect-error: `token` is misspelled
  createSitemessage({ storage, messengers: { telegram: { tokn: '1:token' } } }),
  // @ts-expect-error: `telegram` is misspelled
  defineMessageType<object>({ alias: 'news', title: 'News', render: { telegramm: () => ({ text: 'News' }) } }),
  // @ts-expect-error: `token` is missing
  createSitemessage({ storage, messengers: { telegram: {} } }),
  // @ts-expect-error: `parseMode` has no such value
  createSitemessage({ storage, messengers: { telegram: { token: '1:token', parseMode: 'Markdown' } } }),
  // @ts-expect-error: `undefined` differs from an option that is left out
  createSitemessage({ storage, messengers: { telegram: { token: '1:token', apiRoot: undefined } } }),
  // @ts-expect-error: its package is installed but not imported
  createSitemessage({ storage, messengers: { smtp: { host: 'mail.example.com', from: 'shop@example.com' } } }),
];
