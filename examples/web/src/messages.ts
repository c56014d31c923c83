import { createSitemessage, defineMessageType, type Sitemessage } from '@sitemessage/core';
import { createLinks } from '@sitemessage/core/links';
import type { Storage } from '@sitemessage/core/storage';
import { createWebHandler, type WebHandler } from '@sitemessage/web';

const secret = process.env.LINK_SECRET ?? 'only-for-trying-it-out-0123456789';

const news = defineMessageType({
  alias: 'news',
  title: 'News',
  render: { default: () => ({ subject: 'News', text: 'There is something new.' }) },
});

/** Makes a site whose links lead to `url`, and the handler for the path of that URL. */
export function messages(storage: Storage, url: string): { readonly site: Sitemessage; readonly handler: WebHandler } {
  const site = createSitemessage({ storage, messageTypes: [news], links: createLinks({ url, secret }) });
  return { site, handler: createWebHandler(site, { basePath: '/messages', secret }) };
}
