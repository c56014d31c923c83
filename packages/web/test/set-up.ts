import { createSitemessage, defineMessageType, defineMessenger, type EventDispatch, type SitemessageEvent } from '@sitemessage/core';
import { createLinks } from '@sitemessage/core/links';
import { memoryStorage } from '@sitemessage/core/memory';
import type { Storage } from '@sitemessage/core/storage';
import { createWebHandler, type WebOptions } from '../src/index.ts';

export const url = 'https://example.com/messages';
export const secret = 'a-secret-that-nobody-can-guess-1';

export const user: Dispatch = { messenger: 'mail', address: 'ann@example.com', recipientId: '7' };
export const bare: Dispatch = { messenger: 'mail', address: 'bob@example.com' };
export type Dispatch = Pick<EventDispatch, 'messenger' | 'address' | 'recipientId'>;

const render = { default: () => ({ text: 'Hi' }) };

interface SetUp {
  readonly title?: string;
  readonly messengerTitle?: string;
  readonly wrap?: (storage: Storage) => Storage;
  readonly web?: Partial<WebOptions>;
}

/** Makes a site with two messengers and three message types, and the handler of its links. */
export function setUp({ title = 'News', messengerTitle = 'E-mail', wrap = (storage) => storage, web = {} }: SetUp = {}) {
  const messenger = (alias: string, title: string) =>
    defineMessenger({
      alias,
      package: 'test',
      title,
      getAddress: (address: string) => address,
      create: () => ({ send: async () => undefined }),
    })();
  const storage = wrap(memoryStorage());
  const site = createSitemessage({
    storage,
    messengers: [messenger('mail', messengerTitle), messenger('chat', 'Chat')],
    messageTypes: [
      defineMessageType({ alias: 'news', title, render }),
      defineMessageType({ alias: 'alerts', title: 'Alerts', messengers: ['chat'], render }),
      defineMessageType({ alias: 'orders', title: 'Orders', allowUserSubscription: false, render }),
    ],
  });
  const events: SitemessageEvent[] = [];
  site.onEvent((event) => events.push(event));
  const handler = createWebHandler(site, { basePath: '/messages', secret, ...web });
  const ask = (method: string, to: string, init: RequestInit = {}) => handler(new Request(to, { method, ...init }));
  return {
    site,
    storage,
    events,
    handler,
    ask,
    links: (dispatch: Dispatch, type = 'news') =>
      createLinks({ url, secret })({ id: 'dispatch-1', messageId: 'message-1', type, attempt: 1, ...dispatch }),
    get: (to: string, headers: Record<string, string> = {}) => ask('GET', to, { headers }),
    post: (to: string, fields: Record<string, string> | [string, string][] = {}) => ask('POST', to, { body: new URLSearchParams(fields) }),
    subscriptions: async () =>
      (await Array.fromAsync(storage.subscriptions.list({}))).map(({ type, messenger, userId, address }) =>
        [type, messenger, userId ?? `<${address}>`].join(' '),
      ),
    /** Stores the dispatch that the links of `user` were made for. */
    async dispatched() {
      const { recipientId = '', ...to } = user;
      const dispatch = { id: 'dispatch-1', messageId: 'message-1', type: 'news', priority: 0, dueAt: 0, recipientId, ...to };
      await storage.queue.enqueue([{ id: 'message-1', type: 'news', context: '{}', createdAt: 0 }], [dispatch], 0);
    },
    async subscribe(...subscribed: readonly (Dispatch & { readonly type?: string })[]) {
      const add = subscribed.map(({ type = 'news', messenger, address, recipientId }) =>
        recipientId === undefined ? { type, messenger, address } : { type, messenger, userId: recipientId },
      );
      await storage.subscriptions.change({ add, remove: [] }, 0);
    },
  };
}

/** Returns the URL and the fields that a browser posts by the first button of this page of this URL. */
export function firstForm(page: string, from: string): [to: string, fields: Record<string, string>] {
  const [form = ''] = /<form[\s\S]*?<\/form>/.exec(page) ?? [];
  const [, action = ''] = /action="([^"]*)"/.exec(form) ?? [];
  const fields = [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]+)">/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  return [new URL(action, from).href, Object.fromEntries(fields)];
}

/** Returns the link with another purpose in its path. */
export const as = (path: string, link: string): string => link.replace(/\/messages\/\w+\//, `/messages/${path}/`);
