import { describe, expect, it } from 'vitest';
import {
  ConfigurationError,
  createSitemessage,
  defineMessageType,
  PermanentError,
  type SitemessageEvent,
  TransientError,
  UnknownOutcomeError,
} from '../../src/index.ts';
import { memoryStorage } from '../../src/memory/index.ts';
import type { Storage } from '../../src/storage/index.ts';
import { fakeRuntime } from '../../src/testing/index.ts';
import { type Scripted, scriptedMessenger } from '../scripted-messenger.ts';

const orderShipped = defineMessageType<{ id: number }>({
  alias: 'order_shipped',
  title: 'Order shipped',
  retryLimit: 3,
  render: { default: ({ id }) => ({ text: `Order ${id} is on its way` }) },
});
const held = defineMessageType<object>({ alias: 'held', title: 'Held', onUnknown: 'hold', render: { default: () => ({ text: 'once' }) } });
const broken = defineMessageType<object>({
  alias: 'broken',
  title: 'Broken',
  render: {
    default: () => {
      throw new Error('no such template');
    },
  },
});

function setUp(scripted: Scripted = scriptedMessenger(), wrap: (storage: Storage) => Storage = (storage) => storage) {
  const runtime = fakeRuntime();
  const storage = wrap(memoryStorage({ runtime }));
  const another = () =>
    createSitemessage({ storage, runtime, messengers: [scripted.messenger], messageTypes: [orderShipped, held, broken] });
  const site = another();
  const events: SitemessageEvent[] = [];
  site.onEvent((event) => events.push(event));
  return {
    runtime,
    storage,
    site,
    another,
    scripted,
    events: <T extends SitemessageEvent['type']>(type: T) =>
      events.filter((event): event is Extract<SitemessageEvent, { type: T }> => event.type === type),
    schedule: (addresses: readonly string[], options = {}) => site.scheduleMessages('Hi', site.recipients('scripted', addresses), options),
    send: (options = {}) => runtime.run(site.sendScheduledMessages(options)),
    statuses: async () => Object.fromEntries((await Array.fromAsync(site.list())).map((dispatch) => [dispatch.address, dispatch.status])),
    details: async (address: string) => {
      const [record] = await Array.fromAsync(site.list({ address }));
      return site.find(record?.id ?? '');
    },
  };
}

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `a${String(index).padStart(4, '0')}`);

describe('a round', () => {
  it('sends everything that is due, once, and says so', async () => {
    const { schedule, send, scripted, statuses, events } = setUp();
    await schedule(names(3));
    expect(await send()).toMatchObject({ sent: 3, error: 0, failed: 0, paused: {}, untouched: [] });
    expect(scripted.addresses().sort()).toEqual(names(3));
    expect(Object.values(await statuses())).toEqual(['sent', 'sent', 'sent']);
    expect(events('sent').map(({ dispatch }) => dispatch.attempt)).toEqual([1, 1, 1]);
    expect(await send()).toMatchObject({ sent: 0 });
    expect(scripted.deliveries).toHaveLength(3);
  });

  it('leaves alone what is due later, and sends it then', async () => {
    const { schedule, send, runtime } = setUp();
    await schedule(['a'], { dueAt: runtime.now() + 10_000 });
    expect(await send()).toMatchObject({ sent: 0 });
    await runtime.advance(10_000);
    expect(await send()).toMatchObject({ sent: 1 });
  });

  it('sends higher priorities first, then what is due longest', async () => {
    const { schedule, send, scripted, runtime } = setUp();
    const now = runtime.now();
    await schedule(['low'], { priority: -1, dueAt: now - 10 });
    await schedule(['late'], { dueAt: now - 1 });
    await schedule(['early'], { dueAt: now - 5 });
    await schedule(['high'], { priority: 9 });
    await send();
    expect(scripted.addresses()).toEqual(['high', 'early', 'late', 'low']);
  });

  it('sends only one priority when asked to', async () => {
    const { schedule, send, scripted } = setUp();
    await schedule(['five'], { priority: 5 });
    await schedule(['six'], { priority: 6 });
    expect(await send({ priority: 5 })).toMatchObject({ sent: 1 });
    expect(scripted.addresses()).toEqual(['five']);
  });

  it('renders for each recipient, from the stored context, which render cannot change', async () => {
    const { site, send, scripted } = setUp();
    const greeting = defineMessageType<{ names: string[] }>({
      alias: 'greeting',
      title: 'Greeting',
      render: {
        default: (context, { recipient, message, dispatchId }) => {
          if (recipient.address === 'b') context.names.push('changed');
          return { text: [...context.names, recipient.address, message.sender, dispatchId.length].join(' ') };
        },
      },
    });
    site.registerMessageTypes(greeting);
    await site.scheduleMessages(greeting({ names: ['Ann'] }), site.recipients('scripted', ['a', 'b', 'c']), { sender: 'shop' });
    expect(await send()).toMatchObject({ sent: 2, failed: 1 });
    expect(scripted.deliveries.map(({ content }) => content.text).sort()).toEqual(['Ann a shop 36', 'Ann c shop 36']);
  });

  it('keeps exactly `concurrency` sends in flight', async () => {
    let inFlight = 0;
    const seen: number[] = [];
    const { schedule, send, scripted, runtime } = setUp(scriptedMessenger({ concurrency: 4 }));
    scripted.script = async () => {
      inFlight += 1;
      seen.push(inFlight);
      await runtime.sleep(100);
      inFlight -= 1;
      return undefined;
    };
    await schedule(names(40));
    const before = runtime.now();
    await send();
    expect(Math.max(...seen)).toBe(4);
    expect(runtime.now() - before).toBeLessThan(1_100);
  });

  it('claims the next batch while this one is being sent', async () => {
    const order: string[] = [];
    const { schedule, send, scripted, runtime } = setUp(scriptedMessenger(), (storage) => ({
      ...storage,
      queue: {
        ...storage.queue,
        claim: async (request) => {
          const claimed = await storage.queue.claim(request);
          order.push(`claimed ${claimed.claims.length}`);
          return claimed;
        },
      },
    }));
    scripted.script = async () => {
      await runtime.sleep(10);
      order.push('sent');
      return undefined;
    };
    await schedule(names(8));
    await send();
    const claims = order.flatMap((entry, index) => (entry.startsWith('claimed') && entry !== 'claimed 0' ? [index] : []));
    expect(claims).toHaveLength(2);
    expect(order.slice(claims[1])).toContain('sent');
    expect(order.slice(0, claims[1]).filter((entry) => entry === 'sent').length).toBeLessThan(4);
  });

  it('stores results while others are still being sent', async () => {
    const { schedule, scripted, site, runtime, statuses } = setUp(scriptedMessenger({ concurrency: 2 }));
    scripted.script = async ({ address }) => {
      await runtime.sleep(address === 'slow' ? 10_000 : 10);
      return undefined;
    };
    await schedule(['slow', 'quick']);
    const sending = site.sendScheduledMessages();
    await runtime.advance(50);
    expect(await statuses()).toEqual({ slow: 'processing', quick: 'sent' });
    await runtime.run(sending);
  });

  it('stops sending while 50 results are not stored', async () => {
    const gate = Promise.withResolvers<void>();
    const { schedule, scripted, site, runtime } = setUp(scriptedMessenger({ concurrency: 3 }), (storage) => ({
      ...storage,
      queue: { ...storage.queue, settle: async (...args) => gate.promise.then(() => storage.queue.settle(...args)) },
    }));
    await schedule(names(500));
    const sending = site.sendScheduledMessages();
    await runtime.advance(1_000);
    expect(scripted.deliveries.length).toBeGreaterThanOrEqual(50);
    expect(scripted.deliveries.length).toBeLessThanOrEqual(53);
    gate.resolve();
    expect(await runtime.run(sending)).toMatchObject({ sent: 500 });
  });

  it('gives the messenger what it needs, the same id on every attempt', async () => {
    const { schedule, send, scripted, runtime } = setUp();
    scripted.script = ({ attempt }) => {
      if (attempt === 1) throw new TransientError('busy');
      return { providerId: 'p1' };
    };
    await schedule(['a']);
    await send();
    await runtime.advance(60_000);
    await send();
    const [first, second] = scripted.deliveries;
    expect(first).toMatchObject({ address: 'a', attempt: 1, message: { type: 'plain' }, content: { text: 'Hi' } });
    expect(second).toEqual({ ...first, attempt: 2 });
  });
});

describe('what goes wrong with one dispatch', () => {
  it('never affects another', async () => {
    const { schedule, send, scripted, statuses } = setUp();
    scripted.script = ({ address }) => {
      if (address === 'refused') throw new PermanentError('no such user', { recipientGone: true });
      if (address === 'busy') throw new TransientError('try later');
      return undefined;
    };
    await schedule(['refused', 'busy', 'fine']);
    expect(await send()).toMatchObject({ sent: 1, error: 1, failed: 1 });
    expect(await statuses()).toEqual({ refused: 'failed', busy: 'error', fine: 'sent' });
  });

  it('never rejects a round, also when the error cannot be read', async () => {
    const { schedule, send, scripted } = setUp();
    scripted.script = ({ address }) => {
      if (address !== 'bad') return undefined;
      throw Object.defineProperty(new Error('odd'), 'kind', {
        get() {
          throw new Error('not now');
        },
      });
    };
    await schedule(['a', 'bad', 'b']);
    expect(await send()).toMatchObject({ sent: 2, error: 1 });
  });

  it('is kept for every attempt, until they are used up', async () => {
    const { site, send, scripted, runtime, details, events } = setUp();
    scripted.script = ({ attempt }) => {
      throw new TransientError(`busy ${attempt}`, { code: 'busy' });
    };
    await site.scheduleMessages(orderShipped({ id: 7 }), site.recipients('scripted', 'a'));
    for (let round = 0; round < 5; round++) {
      await send();
      await runtime.advance(6 * 60 * 60_000);
    }
    expect(await details('a')).toMatchObject({
      status: 'failed',
      attempt: 3,
      errors: [1, 2, 3].map((attempt) => ({ attempt, kind: 'transient', code: 'busy', message: `busy ${attempt}` })),
    });
    expect(events('error')).toHaveLength(2);
    expect(events('failed')).toMatchObject([{ recipientGone: false, error: { code: 'busy' } }]);
  });

  it('is a failure when rendering fails, and nothing is sent', async () => {
    const { site, send, scripted, details } = setUp();
    await site.scheduleMessages(broken({}), site.recipients('scripted', 'a'));
    expect(await send()).toMatchObject({ failed: 1 });
    expect(scripted.deliveries).toEqual([]);
    expect((await details('a'))?.errors).toMatchObject([
      { kind: 'permanent', code: 'render_failed', message: expect.stringContaining('no such template') },
    ]);
  });

  it('is a failure when its stored context cannot be read, and the others go out', async () => {
    const { schedule, send, storage, runtime, details } = setUp();
    await schedule(['fine']);
    await storage.queue.enqueue(
      [{ id: 'm-torn', type: 'plain', context: '{"text":', createdAt: 0 }],
      [{ id: 'd-torn', messageId: 'm-torn', messenger: 'scripted', type: 'plain', priority: 0, dueAt: 0, address: 'torn' }],
      runtime.now(),
    );
    expect(await send()).toMatchObject({ sent: 1, failed: 1 });
    expect((await details('torn'))?.errors).toMatchObject([{ kind: 'permanent', code: 'context_unreadable' }]);
  });

  it('is cleaned before it is stored', async () => {
    const { schedule, send, scripted, details } = setUp();
    scripted.script = () => {
      throw new PermanentError(`nul \0 half \ud800 ${'x'.repeat(3_000)}`);
    };
    await schedule(['a']);
    await send();
    const message = (await details('a'))?.errors[0]?.message ?? '';
    expect(message.startsWith('nul  half \ufffd xxx')).toBe(true);
    expect(message.length).toBeLessThanOrEqual(2_000);
  });

  it('is a skip when it expired before it was claimed', async () => {
    const { schedule, send, runtime, scripted, events } = setUp();
    await schedule(['a'], { expiresAt: runtime.now() + 1_000 });
    await runtime.advance(1_000);
    expect(await send()).toMatchObject({ skipped: 1 });
    expect(scripted.deliveries).toEqual([]);
    expect(events('skipped')).toMatchObject([{ reason: 'expired' }]);
  });

  it('is of unknown outcome when a send does not end in time; the messenger is told to stop, and gets a new session', async () => {
    const { schedule, send, scripted, details, runtime } = setUp(scriptedMessenger({ timeoutMs: 5_000 }));
    let aborted = false;
    scripted.script = ({ attempt }, { signal }) => {
      if (attempt > 1) return undefined;
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise(() => undefined);
    };
    await schedule(['a']);
    expect(await send()).toMatchObject({ error: 1 });
    expect(aborted).toBe(true);
    expect((await details('a'))?.errors).toMatchObject([{ kind: 'unknown', code: 'send_timeout' }]);
    await runtime.advance(60_000);
    await send();
    expect(scripted.sessions.opened).toBe(2);
  });

  it('is what the messenger says it is when it stops in time', async () => {
    const { schedule, send, scripted, details } = setUp(scriptedMessenger({ timeoutMs: 5_000 }));
    scripted.script = (_, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new TransientError('nothing was written yet', { code: 'aborted' })));
      });
    await schedule(['a']);
    await send();
    expect((await details('a'))?.errors).toMatchObject([{ kind: 'transient', code: 'aborted' }]);
  });

  it('is held for an operator when its type wants no repeats', async () => {
    const { site, send, scripted, details } = setUp();
    scripted.script = () => {
      throw new UnknownOutcomeError('the line broke');
    };
    await site.scheduleMessages(held({}), site.recipients('scripted', 'a'));
    expect(await send()).toMatchObject({ failed: 1 });
    expect((await details('a'))?.errors).toMatchObject([{ kind: 'unknown' }]);
  });

  it.each([
    ['a number', () => ({ providerId: 42 })],
    ['nothing', () => undefined],
    [
      'what cannot be read',
      () => new Proxy({}, { get: (_, field) => (field === 'then' ? undefined : (undefined as never)[field as 'x']) }),
    ],
  ])('is none when it was sent, whatever the receipt is: %s', async (_, receipt) => {
    const scripted = scriptedMessenger();
    let sent = 0;
    const session = {
      async send() {
        sent += 1;
        return receipt() as never;
      },
    };
    Object.assign(scripted.messenger, { open: async () => session });
    const { schedule, send, details } = setUp(scripted);
    await schedule(['a']);
    expect(await send()).toMatchObject({ sent: 1, error: 0 });
    expect(await details('a')).toMatchObject({ status: 'sent', errors: [] });
    expect(sent).toBe(1);
  });

  it('is none when it was sent by a session that returns no promise', async () => {
    const scripted = scriptedMessenger();
    Object.assign(scripted.messenger, { open: async () => ({ send: () => ({ providerId: 'p1' }) }) });
    const { schedule, send } = setUp(scripted);
    await schedule(['a']);
    expect(await send()).toMatchObject({ sent: 1, error: 0 });
  });

  it('reports a new address of the recipient', async () => {
    const { schedule, send, scripted, events } = setUp();
    scripted.script = () => ({ movedTo: 'b' });
    await schedule(['a']);
    expect(await send()).toMatchObject({ sent: 1 });
    expect(events('moved')).toMatchObject([{ movedTo: 'b', dispatch: { address: 'a' } }]);
  });
});

describe('a lost lease', () => {
  const crashed = async (type: typeof held | typeof orderShipped) => {
    const kit = setUp();
    await kit.site.scheduleMessages(type({ id: 1 }), kit.site.recipients('scripted', 'a'));
    const now = kit.runtime.now();
    const token = kit.runtime.id();
    const { claims } = await kit.storage.queue.claim({
      token,
      now,
      leaseUntil: now + 1_000,
      limit: 1,
      messenger: 'scripted',
      types: [type.alias],
    });
    await kit.storage.queue.settle(token, [], now, { seq: 1, ids: claims.map(({ id }) => id) });
    return kit;
  };

  it('is left alone until it ends', async () => {
    const { send, runtime, scripted } = await crashed(orderShipped);
    expect(await send()).toMatchObject({ sent: 0 });
    await runtime.advance(1_000);
    expect(await send()).toMatchObject({ sent: 1 });
    expect(scripted.deliveries).toMatchObject([{ attempt: 2 }]);
  });

  it('is reported when it is taken up again', async () => {
    const { send, runtime, events } = await crashed(orderShipped);
    await runtime.advance(1_000);
    await send();
    expect(events('recovered')).toMatchObject([{ dispatch: { address: 'a', attempt: 2 } }]);
  });

  it('is held for an operator when its type wants no repeats', async () => {
    const { send, runtime, scripted } = await crashed(held);
    await runtime.advance(1_000);
    expect(await send()).toMatchObject({ failed: 1 });
    expect(scripted.deliveries).toEqual([]);
  });

  it('does not let a late result overwrite that of the one who took over', async () => {
    const { schedule, send, site, scripted, runtime, details, storage, events } = setUp(scriptedMessenger({ timeoutMs: 30_000 }));
    scripted.script = async ({ attempt }) => {
      if (attempt === 1) {
        await runtime.sleep(20_000);
        throw new TransientError('late');
      }
      return undefined;
    };
    await schedule(['a']);
    const late = site.sendScheduledMessages();
    await runtime.advance(100);
    const claimed = await storage.queue.claim({
      token: 'other',
      now: runtime.now() + 100_000,
      leaseUntil: runtime.now() + 200_000,
      limit: 1,
      messenger: 'scripted',
      types: ['plain'],
    });
    expect(claimed.claims).toMatchObject([{ losses: 1 }]);
    expect(await runtime.run(late)).toMatchObject({ error: 0 });
    expect(await details('a')).toMatchObject({ status: 'processing', errors: [] });
    expect(events('error')).toEqual([]);
    await storage.queue.settle('other', [{ id: claimed.claims[0]?.id ?? '', status: 'sent' }], runtime.now());
    expect(await send()).toMatchObject({ sent: 0 });
  });
});

describe('a messenger that cannot work', () => {
  it('rests for as long as the provider says', async () => {
    const { schedule, send, scripted, events, runtime } = setUp();
    scripted.script = () => {
      throw new ConfigurationError('blocked', { retryAfterMs: 3_600_000 });
    };
    await schedule(['a']);
    const now = runtime.now();
    await send();
    expect(events('paused')).toMatchObject([{ until: now + 3_600_000 }]);
  });

  it('uses up no attempt when its session cannot be opened, and says what keeps it', async () => {
    const { schedule, send, scripted, details, events, runtime } = setUp(scriptedMessenger({ concurrency: 3 }));
    scripted.openError = new ConfigurationError('wrong password', { code: 'password' });
    await schedule(names(20));
    const report = await send();
    expect(report).toMatchObject({ sent: 0, error: 0, failed: 0, paused: { scripted: { kind: 'configuration', code: 'password' } } });
    expect(await details('a0000')).toMatchObject({ status: 'pending', attempt: 0, errors: [] });
    expect(events('paused')).toHaveLength(1);
    scripted.openError = undefined;
    await runtime.advance(1);
    expect(await send()).toMatchObject({ sent: 20 });
  });

  it('uses up one attempt of the dispatch that met a configuration error, and none of the others', async () => {
    const { schedule, send, scripted, statuses, details } = setUp();
    scripted.script = () => {
      throw new ConfigurationError('token revoked');
    };
    await schedule(names(5));
    expect(await send()).toMatchObject({ error: 1, sent: 0, released: 3 });
    expect(scripted.deliveries).toHaveLength(1);
    expect(Object.values(await statuses()).sort()).toEqual(['error', 'pending', 'pending', 'pending', 'pending']);
    const met = scripted.deliveries[0]?.address ?? '';
    expect(await details(met)).toMatchObject({ attempt: 1, errors: [{ kind: 'configuration' }] });
  });

  it('opens another session when one is lost, and goes on', async () => {
    const { schedule, send, scripted } = setUp();
    scripted.script = ({ address }) => {
      if (address === 'a0001') throw new TransientError('connection reset', { sessionLost: true });
      return undefined;
    };
    await schedule(names(4));
    expect(await send()).toMatchObject({ sent: 3, error: 1 });
    expect(scripted.sessions).toEqual({ opened: 2, closed: 2 });
  });

  it('keeps its results when closing its session fails', async () => {
    const scripted = scriptedMessenger();
    const { open } = scripted.messenger;
    Object.assign(scripted.messenger, {
      open: async (context: never) => ({ ...(await open(context)), close: () => Promise.reject(new Error('QUIT failed')) }),
    });
    const { schedule, send, statuses } = setUp(scripted);
    await schedule(names(3));
    expect(await send()).toMatchObject({ sent: 3 });
    expect(Object.values(await statuses())).toEqual(['sent', 'sent', 'sent']);
  });

  it('does not hang when a session cannot be opened in time', async () => {
    const scripted = scriptedMessenger({ timeoutMs: 2_000 });
    Object.assign(scripted.messenger, { open: () => new Promise(() => undefined) });
    const { schedule, send } = setUp(scripted);
    await schedule(['a']);
    expect(await send()).toMatchObject({ paused: { scripted: { kind: 'transient', code: 'open_timeout' } } });
  });
});

describe('pacing', () => {
  it('keeps to the limits of the messenger, and sends everything', async () => {
    const times: number[] = [];
    const limits = () => [{ key: 'scripted', intervalMs: 100, burst: 1 }];
    const { schedule, send, scripted, runtime } = setUp(scriptedMessenger({ concurrency: 4, limits }));
    scripted.script = () => {
      times.push(runtime.now());
      return undefined;
    };
    await schedule(names(60));
    expect(await send()).toMatchObject({ sent: 60 });
    const gaps = times.slice(1).map((time, index) => time - (times[index] as number));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
    expect((times.at(-1) as number) - (times[0] as number)).toBeLessThan(12_000);
  });

  it('goes on with all its sends in flight after waiting for a slot', async () => {
    const limits = () => [{ key: 'scripted', intervalMs: 100, burst: 1 }];
    const { schedule, send, scripted, runtime } = setUp(scriptedMessenger({ concurrency: 4, limits }));
    scripted.script = async () => {
      await runtime.sleep(350);
      return undefined;
    };
    await schedule(names(60));
    const before = runtime.now();
    await send();
    expect(runtime.now() - before).toBeLessThan(10_000);
  });

  it('gives a dispatch back without an attempt when its address is deferred, and sends the others', async () => {
    const { schedule, send, scripted, details, events, runtime } = setUp();
    scripted.script = ({ address, attempt }) => {
      if (address === 'full' && runtime.now() < until) throw new TransientError('slow down', { scope: 'address', retryAfterMs: 60_000 });
      return attempt > 1 ? { providerId: 'an attempt was used' } : undefined;
    };
    const until = runtime.now() + 60_000;
    await schedule(['full', 'fine']);
    expect(await send()).toMatchObject({ sent: 1, released: 1 });
    expect(await details('full')).toMatchObject({ status: 'pending', attempt: 0, dueAt: until });
    expect(events('deferred')).toMatchObject([{ scope: 'address', address: 'full', until, error: { kind: 'transient' } }]);
    await schedule(['full']);
    await send();
    expect(scripted.addresses().filter((address) => address === 'full')).toHaveLength(1);
    await runtime.advance(60_000);
    expect(await send()).toMatchObject({ sent: 2 });
  });

  it('stops every worker when the whole messenger is deferred, and loses nothing', async () => {
    const { schedule, send, another, scripted, events, runtime } = setUp();
    const until = runtime.now() + 30_000;
    scripted.script = () => {
      if (runtime.now() < until) throw new TransientError('429', { scope: 'messenger', retryAfterMs: 30_000 });
      return undefined;
    };
    await schedule(names(20));
    expect(await send()).toMatchObject({ sent: 0, error: 0, failed: 0 });
    expect(scripted.deliveries).toHaveLength(1);
    expect(events('deferred')).toMatchObject([{ scope: 'messenger', until }]);
    const other = another();
    expect(await runtime.run(other.sendScheduledMessages())).toMatchObject({ sent: 0 });
    expect(scripted.deliveries).toHaveLength(1);
    await runtime.advance(30_000);
    expect(await send()).toMatchObject({ sent: 20 });
    expect(scripted.deliveries.every(({ attempt }) => attempt === 1)).toBe(true);
  });

  const good = { key: 'scripted', intervalMs: 0, burst: 1 };
  it.each<[what: string, limits: () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no such tariff');
      },
    ],
    ['gives a promise', async () => Promise.reject(new Error('no such tariff'))],
    ['gives a number', () => 5],
    ['gives nothing in a list', () => [undefined]],
    ['gives no interval', () => [{ key: 'k', burst: 1 }]],
    ['gives an interval of NaN', () => [{ ...good, intervalMs: Number.NaN }]],
    ['gives an interval without end', () => [{ ...good, intervalMs: Number.POSITIVE_INFINITY }]],
    ['gives a negative interval', () => [{ ...good, intervalMs: -1 }]],
    ['gives a burst of 0', () => [{ ...good, burst: 0 }]],
    ['gives no key', () => [{ ...good, key: '' }]],
    ['gives a key that no database takes', () => [{ ...good, key: 'a\0b' }]],
  ])('fails the one dispatch whose `limits` is a bug, and sends the others: it %s', async (_, limits) => {
    const { schedule, send, details, events } = setUp(
      scriptedMessenger({ limits: (address) => (address === 'bad' ? (limits() as never) : [good]) }),
    );
    await schedule(['a', 'bad', 'b', 'c']);
    expect(await send()).toMatchObject({ sent: 3, error: 1 });
    expect(await details('bad')).toMatchObject({
      status: 'error',
      attempt: 1,
      errors: [{ kind: 'transient', code: 'limits_invalid', message: expect.stringContaining('`limits` of "scripted"') }],
    });
    expect(events('storage_failed')).toEqual([]);
  });

  it('rests when the provider asks for it in a receipt', async () => {
    const { schedule, send, scripted, runtime } = setUp();
    scripted.script = () => ({ pauseMs: 30_000 });
    await schedule(names(3));
    expect(await send()).toMatchObject({ sent: 1 });
    await runtime.advance(30_000);
    expect(await send()).toMatchObject({ sent: 1 });
  });
});

describe('stopping', () => {
  it('finishes what is in flight and gives back the rest without using attempts', async () => {
    const { schedule, site, scripted, runtime, statuses, details } = setUp(scriptedMessenger({ concurrency: 2 }));
    scripted.script = async () => {
      await runtime.sleep(1_000);
      return undefined;
    };
    await schedule(names(8));
    const stop = new AbortController();
    const sending = site.sendScheduledMessages({ signal: stop.signal });
    await runtime.advance(500);
    stop.abort();
    expect(await runtime.run(sending)).toMatchObject({ sent: 2, released: 6 });
    expect(Object.values(await statuses()).filter((status) => status === 'pending')).toHaveLength(6);
    expect(await details('a0007')).toMatchObject({ attempt: 0 });
  });
});

describe('a storage in trouble', () => {
  const flaky = (fails: (call: string) => boolean) => (storage: Storage) => ({
    ...storage,
    queue: new Proxy(storage.queue, {
      get: (queue, name: 'settle') => {
        if (!['settle', 'claim', 'reserve'].includes(name)) return queue[name];
        return async (...args: Parameters<(typeof queue)['settle']>) => {
          if (fails(name)) throw new Error('the database is away');
          return queue[name](...args);
        };
      },
    }),
  });

  it('that fails one messenger keeps no other from sending all of its own, before it rejects', async () => {
    const [scripted, other] = [scriptedMessenger(), scriptedMessenger()];
    Object.assign(other.messenger, { alias: 'other' });
    const { schedule, site, runtime } = setUp(scripted, (storage) => ({
      ...storage,
      queue: {
        ...storage.queue,
        claim: async (request) => {
          if (request.messenger === 'scripted') throw new Error('the database is away');
          return storage.queue.claim(request);
        },
      },
    }));
    site.registerMessengers(other.messenger);
    other.script = () => runtime.sleep(1_000).then(() => undefined);
    await schedule(['a']);
    await site.scheduleMessages('Hi', { messenger: 'other', addresses: names(5) });
    await expect(runtime.run(site.sendScheduledMessages())).rejects.toThrow('the database is away');
    expect(other.deliveries).toHaveLength(5);
    expect(await Array.fromAsync(site.list({ messenger: 'other', status: 'sent' }))).toHaveLength(5);
  });

  it('is asked again until it stores the results; nothing is sent twice', async () => {
    let left = 4;
    const { schedule, send, scripted, events } = setUp(
      scriptedMessenger(),
      flaky((call) => call === 'settle' && left-- > 0),
    );
    await schedule(names(3));
    expect(await send()).toMatchObject({ sent: 3 });
    expect(scripted.deliveries).toHaveLength(3);
    expect([events('storage_failed').length, events('storage_recovered').length]).toEqual([1, 1]);
  });

  it('ends the round with its error when it stays away, and what was sent is taken up again when the lease is over', async () => {
    let away = true;
    const { schedule, send, runtime, scripted } = setUp(
      scriptedMessenger(),
      flaky((call) => call === 'settle' && away),
    );
    await schedule(['a']);
    await expect(send()).rejects.toThrow('the database is away');
    away = false;
    await runtime.advance(60_000);
    expect(await send()).toMatchObject({ sent: 1 });
    expect(scripted.deliveries).toHaveLength(2);
  });

  it.each([
    // The first claim is for long lists, the second finds the first four.
    { method: 'claim', nth: 3 },
    { method: 'reserve', nth: 2 },
  ])('still settles what is in flight when it cannot $method', async ({ method, nth }) => {
    let calls = 0;
    const { schedule, site, runtime, scripted, statuses } = setUp(
      scriptedMessenger(),
      flaky((call) => {
        if (call === method) calls += 1;
        return call === method && calls === nth;
      }),
    );
    scripted.script = async () => {
      await runtime.sleep(10);
      return undefined;
    };
    await schedule(names(20));
    await expect(runtime.run(site.sendScheduledMessages())).rejects.toThrow('the database is away');
    const sent = scripted.deliveries.length;
    expect(sent).toBeGreaterThan(0);
    expect(Object.values(await statuses()).filter((status) => status === 'sent')).toHaveLength(sent);
    expect(Object.values(await statuses())).not.toContain('processing');
    expect(await runtime.run(site.sendScheduledMessages())).toMatchObject({ sent: 20 - sent });
  });
});

describe('what this site does not know', () => {
  it('is left untouched and reported: a message type', async () => {
    const { site, another, send, storage, runtime, scripted, statuses } = setUp();
    const other = another();
    const foreign = defineMessageType<object>({ alias: 'foreign', title: 'Foreign', render: { default: () => ({ text: 'x' }) } });
    other.registerMessageTypes(foreign);
    await other.scheduleMessages(foreign({}), other.recipients('scripted', ['x', 'y']));
    await site.scheduleMessages('Hi', site.recipients('scripted', 'a'));
    expect(await send()).toMatchObject({ sent: 1, untouched: [{ messenger: 'scripted', type: 'foreign', count: 2 }] });
    expect(await statuses()).toEqual({ a: 'sent', x: 'pending', y: 'pending' });
    expect(scripted.addresses()).toEqual(['a']);
    expect(storage).toBeDefined();
    expect(await runtime.run(other.sendScheduledMessages())).toMatchObject({ sent: 2, untouched: [] });
  });

  it('is left untouched and reported: a messenger', async () => {
    const { site, send, storage, runtime, events } = setUp();
    const [message] = await site.scheduleMessages('Hi', site.recipients('scripted', 'a'));
    await storage.queue.enqueue(
      [{ id: 'm-foreign', type: 'plain', context: '{}', createdAt: runtime.now() }],
      [{ id: 'd-foreign', messageId: 'm-foreign', messenger: 'pager', type: 'plain', priority: 0, dueAt: 0, address: '1' }],
      runtime.now(),
    );
    expect(message?.dispatches).toBe(1);
    expect(await send()).toMatchObject({ sent: 1, untouched: [{ messenger: 'pager', type: 'plain', count: 1 }] });
    expect(events('untouched')).toEqual([{ type: 'untouched', messenger: 'pager', messageType: 'plain', count: 1 }]);
    expect(await storage.queue.find('d-foreign')).toMatchObject({ status: 'pending', attempt: 0 });
  });
});
