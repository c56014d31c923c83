import { createSitemessage, defineMessageType, type SitemessageEvent } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { scriptedMessenger } from '../scripted-messenger.ts';

export interface User {
  readonly id: number;
  readonly address?: string;
  readonly isActive?: boolean;
}

const render = { default: () => ({ text: 'Hi' }) };
export const news = defineMessageType({ alias: 'news', title: 'News', render });
export const alerts = defineMessageType({ alias: 'alerts', title: 'Alerts', render });
export const orders = defineMessageType({ alias: 'orders', title: 'Orders', allowUserSubscription: false, render });

export function setUp({ wrap = (storage) => storage, known = true }: { wrap?: (storage: Storage) => Storage; known?: boolean } = {}) {
  const runtime = fakeRuntime();
  const scripted = scriptedMessenger({ concurrency: 4 });
  const storage = wrap(memoryStorage({ runtime }));
  const users = new Map<number, User>();
  const asked: string[][] = [];
  const site = createSitemessage({
    storage,
    runtime,
    messengers: [scripted.messenger],
    messageTypes: [news, alerts, orders],
    addressOf: (user: User) => user.address,
    userId: (user: User) => user.id,
    isActive: (user: User) => user.isActive ?? true,
    ...(known && {
      async resolveUsers(ids: readonly string[]) {
        asked.push([...ids]);
        return ids.flatMap((id) => users.get(Number(id)) ?? []);
      },
    }),
  });
  const events: SitemessageEvent[] = [];
  site.onEvent((event) => events.push(event));
  return {
    runtime,
    scripted,
    storage,
    site,
    asked,
    users,
    user(id: number, fields: Partial<User> = {}): User {
      const user = { id, address: `user${id}`, ...fields };
      users.set(id, user);
      return user;
    },
    events: <Type extends SitemessageEvent['type']>(type: Type) =>
      events.filter((event): event is Extract<SitemessageEvent, { type: Type }> => event.type === type),
    recipients: (addresses: string | User | readonly (string | User)[]) => site.recipients('scripted', addresses),
    send: () => runtime.run(site.sendScheduledMessages()),
    subscriptions: async () =>
      (await Array.fromAsync(storage.subscriptions.list({}))).map(({ type, messenger, userId, address }) =>
        [type, messenger, userId ?? `<${address}>`].join(' '),
      ),
  };
}
