import { createSitemessage, defineMessageType, recipients } from '@sitemessage/core';
import { memoryStorage } from '@sitemessage/core/memory';
import '@sitemessage/messenger-fb';
import { smtp } from '@sitemessage/messenger-smtp';
import '@sitemessage/messenger-telegram';
import '@sitemessage/messenger-twitter';
import '@sitemessage/messenger-vk';
import '@sitemessage/messenger-xmpp';
import { createHttp } from '@sitemessage/http';
import { readDomain } from '@sitemessage/http/domain';
import { toPlainText } from '@sitemessage/http/plain-text';
import { openTunnel } from '@sitemessage/http/tunnel';
import { startSandbox } from '@sitemessage/sandbox';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import { createWebHandler } from '@sitemessage/web';

/** A second account of this application. */
declare module '@sitemessage/core' {
  interface RegisteredMessengers {
    newsletter: RegisteredMessengers['smtp'];
  }
}

const welcome = defineMessageType<{ name: string }>({
  alias: 'welcome',
  title: 'Welcome',
  render: {
    telegram: ({ name }) => ({ text: name, telegram: { silent: true } }),
    newsletter: ({ name }) => ({ subject: 'Welcome', text: name, smtp: { replyTo: 'news@example.com' } }),
    default: ({ name }) => ({ subject: 'Welcome', text: name }),
  },
});

export const site = createSitemessage({
  storage: memoryStorage(),
  messengers: {
    fb: { pageId: '1', pageAccessToken: 'token' },
    smtp: { host: 'mail.example.com', from: 'shop@example.com' },
    telegram: { token: '1:token', timeoutMs: 9_000 },
    twitter: { appKey: 'key', appSecret: 'secret', accessToken: 'token', accessSecret: 'secret' },
    vk: { accessToken: 'token' },
    xmpp: { jid: 'shop@example.com', password: 'password' },
  },
  messageTypes: [welcome],
});

await site.scheduleMessages(welcome({ name: 'Ann' }), [
  site.recipients('fb', ''),
  site.recipients('smtp', ['ann@example.com']),
  site.recipients('telegram', [12345, '@channel']),
  site.recipients('twitter', '@ann'),
  site.recipients('vk', { peer: 12345 }),
  recipients('xmpp', 'ann@example.com'),
]);

const wider = site.registerMessengers(smtp({ alias: 'newsletter', host: 'mail.example.com', from: 'news@example.com' }));
await wider.scheduleMessages(welcome({ name: 'Ann' }), wider.recipients('newsletter', 'ann@example.com'));

export const others = { createHttp, openTunnel, readDomain, toPlainText, startSandbox, postgresStorage, sqliteStorage, createWebHandler };
