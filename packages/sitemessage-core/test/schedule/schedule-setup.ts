import { AddressError, createSitemessage, defineMessageType, defineMessenger, type SitemessageEvent } from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { NewDispatch } from '../../src/storage/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';

/** A user of the application. */
export interface User {
  readonly id?: number;
  readonly mail?: string | null;
}

const longestMailAddress = 254;

/** Checks addresses strictly, as an e-mail messenger does, and returns them in lower case. */
export const mail = defineMessenger({
  alias: 'smtp',
  package: 'mail',
  title: 'E-mail',
  getAddress(address: string) {
    if (typeof address !== 'string') throw new AddressError('the address must be a string.');
    if (/[\r\n]/.test(address)) throw new AddressError('the address holds a line break.', { code: 'address_line_break' });
    if (address.length > longestMailAddress) throw new AddressError(`the address is longer than ${longestMailAddress} characters.`);
    if (!/^[^@]+@[^@]+$/.test(address)) throw new AddressError('the address is no e-mail address.');
    return address.toLowerCase();
  },
  create: (_: object) => ({ send: async () => undefined }),
});

/** Accepts every address, so only core refuses. */
const pager = defineMessenger({
  alias: 'pager',
  package: 'pager',
  title: 'Pager',
  getAddress: (address: string) => address,
  create: (_: object) => ({ send: async () => undefined }),
});

export const orderShipped = defineMessageType<{ id: number }>({
  alias: 'order_shipped',
  title: 'Order shipped',
  priority: 5,
  render: { default: ({ id }) => ({ text: `Order ${id} is on its way` }) },
});

export type MemoryStorage = ReturnType<typeof memoryStorage>;

export function setUp(wrap: (storage: MemoryStorage) => MemoryStorage = (storage) => storage) {
  const runtime = fakeRuntime();
  const memory = memoryStorage({ runtime });
  const enqueued: (readonly NewDispatch[] | AsyncIterable<NewDispatch>)[] = [];
  const storage: MemoryStorage = {
    ...memory,
    queue: {
      ...memory.queue,
      enqueue(messages, dispatches, now) {
        enqueued.push(dispatches);
        return memory.queue.enqueue(messages, dispatches, now);
      },
    },
  };
  const site = createSitemessage({
    storage: wrap(storage),
    runtime,
    messengers: [mail({}), pager({})],
    messageTypes: [orderShipped],
    addressOf: (user: User, alias) => (alias === 'smtp' ? user.mail : undefined),
    userId: (user) => user.id,
  });
  const events: SitemessageEvent[] = [];
  site.onEvent((event) => events.push(event));
  return {
    runtime,
    storage,
    site,
    events,
    /** The dispatches of each call of `enqueue`. */
    enqueued,
    stored: () => Array.fromAsync(site.list()),
    addresses: async () => (await Array.fromAsync(site.list())).map(({ address }) => address).sort(),
    expand: () => runtime.run(site.sendScheduledMessages({ messengers: [] })),
  };
}

export function* mailAddresses(count: number): Generator<string> {
  for (let index = 0; index < count; index++) yield `user${index}@example.com`;
}
