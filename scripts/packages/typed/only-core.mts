import { createSitemessage, defineMessageType, recipients } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';

export const site = createSitemessage({ storage: memoryStorage(), messengers: [] });

/** This file does not know which messengers the application will have. */
export const news = defineMessageType<object>({ alias: 'news', title: 'News', render: { smtp: () => ({ text: 'News' }) } });

export const refused = () => [
  // @ts-expect-error: no messenger is imported
  recipients('telegram', 12345),
  // @ts-expect-error: no messenger is imported
  createSitemessage({ storage: memoryStorage(), messengers: { telegram: { token: '1:token' } } }),
];
