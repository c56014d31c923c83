import { describe, expect, it } from 'vitest';
import type { NewDispatch } from '../../src/storage/index.ts';
import { fanOutAlias } from '../../src/storage/index.ts';
import { type MemoryStorage, mailAddresses, orderShipped, setUp } from './schedule-setup.ts';

/** A storage that looks at what it is given, item by item, before it takes it. */
const watching =
  (look: (dispatch: NewDispatch) => void) =>
  (storage: MemoryStorage): MemoryStorage => ({
    ...storage,
    queue: {
      ...storage.queue,
      async enqueue(messages, dispatches, now) {
        async function* watched() {
          for await (const dispatch of dispatches as AsyncIterable<NewDispatch>) {
            look(dispatch);
            yield dispatch;
          }
        }
        return storage.queue.enqueue(messages, Array.isArray(dispatches) ? dispatches : watched(), now);
      },
    },
  });

/** Addresses that can be watched being read. */
function watchedAddresses(count: number) {
  const watched = { read: 0, closed: false };
  async function* addresses() {
    try {
      for (const address of mailAddresses(count)) {
        watched.read += 1;
        yield address;
      }
    } finally {
      watched.closed = true;
    }
  }
  return { watched, addresses: addresses() };
}

describe('up to 10,000 dispatches', () => {
  it.each([
    { messages: ['Hi'], recipients: 10_000 },
    { messages: ['Hi', 'Hello'], recipients: 5_000 },
  ])('are stored in one piece: $messages for $recipients', async ({ messages, recipients }) => {
    const { site, enqueued, stored } = setUp();
    await site.scheduleMessages(messages, site.recipients('smtp', mailAddresses(recipients)));
    expect(enqueued).toEqual([expect.objectContaining({ length: 10_000 })]);
    expect((await stored()).every(({ messenger }) => messenger === 'smtp')).toBe(true);
  });
});

describe('more than 10,000 dispatches', () => {
  it('are stored as pages of 500 recipients, and expanded into what a short list would have been', async () => {
    const { site, stored, expand, addresses, runtime } = setUp();
    const options = { dueAt: runtime.now() + 5_000, priority: 3 };
    function* recipients() {
      yield* mailAddresses(12_000);
      yield { id: 7, mail: 'ann@example.com' };
    }
    expect(await site.scheduleMessages('Hi', site.recipients('smtp', recipients()), options)).toMatchObject([{ dispatches: 12_001 }]);
    expect((await stored()).map(({ messenger, type, dueAt }) => ({ messenger, type, dueAt }))).toEqual(
      Array(25).fill({ messenger: fanOutAlias, type: 'plain', dueAt: runtime.now() }),
    );
    await expand();
    expect(await addresses()).toEqual([...mailAddresses(12_000), 'ann@example.com'].sort());
    const dispatches = await stored();
    expect(
      dispatches.every((dispatch) => dispatch.dueAt === options.dueAt && dispatch.priority === 3 && dispatch.messenger === 'smtp'),
    ).toBe(true);
    expect(dispatches.find(({ address }) => address === 'ann@example.com')?.recipientId).toBe('7');
  });

  it('are of every message and of every list', async () => {
    const { site, stored, expand } = setUp();
    const lists = [site.recipients('smtp', mailAddresses(3_000)), site.recipients('pager', mailAddresses(3_000))];
    const [text, order] = await site.scheduleMessages(['Hi', orderShipped({ id: 7 })], lists);
    expect([text?.dispatches, order?.dispatches]).toEqual([6_000, 6_000]);
    await expand();
    const count = (wanted: object) =>
      stored().then((all) => all.filter((one) => Object.entries(wanted).every(([key, value]) => one[key as 'id'] === value)).length);
    expect(await count({ messageId: text?.id ?? '', messenger: 'smtp' })).toBe(3_000);
    expect(await count({ messageId: order?.id ?? '', messenger: 'pager', priority: 5 })).toBe(3_000);
    expect(await stored()).toHaveLength(12_000);
  });

  it('are one dispatch for a recipient that is named twice, pages apart', async () => {
    const { site, expand, addresses } = setUp();
    function* twice() {
      yield* mailAddresses(6_000);
      yield* mailAddresses(6_000);
    }
    await site.scheduleMessages('Hi', site.recipients('smtp', twice()));
    await expand();
    expect(await addresses()).toEqual([...mailAddresses(6_000)].sort());
  });

  it('are read no further than 32,000 ahead of what the storage took, so that memory stays constant', async () => {
    const { watched, addresses } = watchedAddresses(100_000);
    const ahead: number[] = [];
    const sizes: number[] = [];
    let taken = 0;
    const { site } = setUp(
      watching((dispatch) => {
        ahead.push(watched.read - taken);
        const { length } = JSON.parse(dispatch.fanOut ?? '').recipients.smtp;
        sizes.push(length);
        taken += length;
      }),
    );
    expect(await site.scheduleMessages('Hi', site.recipients('smtp', addresses))).toMatchObject([{ dispatches: 100_000 }]);
    expect(sizes).toEqual(Array(200).fill(500));
    expect(Math.max(...ahead)).toBeLessThanOrEqual(32_000);
    expect(watched.closed).toBe(true);
  });

  it('leave the event loop its turns, also when they come from an iterable that never waits', async () => {
    const { site } = setUp();
    let turns = 0;
    function* addresses() {
      setImmediate(function count() {
        turns += 1;
        if (turns < 100) setImmediate(count);
      });
      yield* mailAddresses(50_000);
      expect(turns).toBeGreaterThanOrEqual(99);
    }
    await site.scheduleMessages('Hi', site.recipients('smtp', addresses()));
    expect(turns).toBe(100);
  });

  it('are put in the order of their ids, so that what is expanded together lies together', async () => {
    const pages: string[][] = [];
    const { site, stored, expand } = setUp(
      watching((dispatch) => void pages.push([dispatch.id, ...JSON.parse(dispatch.fanOut ?? '').recipients.smtp])),
    );
    await site.scheduleMessages('Hi', site.recipients('smtp', mailAddresses(30_000)));
    await expand();
    const idOf = new Map((await stored()).map(({ id, address }) => [address, id]));
    /** Time and place. */
    const place = (id = '') => id.slice(0, 18);
    const inPages = pages.flatMap(([, ...addresses]) => addresses.map((address) => place(idOf.get(address))));
    expect(inPages).toEqual([...inPages].sort());
    expect(pages.map(([id]) => place(id))).toEqual(pages.map(([, first = '']) => place(idOf.get(first))));
  });

  it('are invisible until the last one is stored', async () => {
    const seen: number[] = [];
    const kit = setUp(watching(() => void kit.storage.queue.counts().then((counts) => seen.push(counts.length))));
    await kit.site.scheduleMessages('Hi', kit.site.recipients('smtp', mailAddresses(30_000)));
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.every((count) => count === 0)).toBe(true);
  });
});

describe('the iterable of the caller', () => {
  it('is closed when one of its recipients is wrong', async () => {
    const { site } = setUp();
    let closed = false;
    function* addresses() {
      try {
        yield* mailAddresses(11_000);
        yield 'nobody';
        yield 'ann@example.com';
      } finally {
        closed = true;
      }
    }
    await expect(site.scheduleMessages('Hi', site.recipients('smtp', addresses()))).rejects.toThrow('Recipient 11001');
    expect(closed).toBe(true);
  });

  it('is closed when the storage breaks off', async () => {
    const { watched, addresses } = watchedAddresses(100_000);
    const { site } = setUp(
      watching((dispatch) => {
        if (dispatch.address === '4') throw new Error('the disk is full');
      }),
    );
    await expect(site.scheduleMessages('Hi', site.recipients('smtp', addresses))).rejects.toThrow('the disk is full');
    expect(watched).toMatchObject({ closed: true, read: 32_000 });
  });

  it('is closed when the storage does not even begin to read it', async () => {
    const { watched, addresses } = watchedAddresses(100_000);
    const { site } = setUp((storage) => ({
      ...storage,
      queue: { ...storage.queue, enqueue: () => Promise.reject(new Error('the database is away')) },
    }));
    await expect(site.scheduleMessages('Hi', site.recipients('smtp', addresses))).rejects.toThrow('the database is away');
    expect(watched.closed).toBe(true);
  });

  it('is not kept in memory when there is no message for it', async () => {
    const { watched, addresses } = watchedAddresses(20_001);
    let readBefore = -1;
    const { site } = setUp((storage) => ({
      ...storage,
      queue: {
        ...storage.queue,
        enqueue(messages, dispatches, now) {
          readBefore = watched.read;
          return storage.queue.enqueue(messages, dispatches, now);
        },
      },
    }));
    expect(await site.scheduleMessages([], site.recipients('smtp', addresses))).toEqual([]);
    expect(readBefore).toBeLessThanOrEqual(10_500);
    expect(watched).toEqual({ read: 20_001, closed: true });
  });

  it('may throw: nothing is stored, and its error is passed on', async () => {
    const { site, stored, events } = setUp();
    async function* broken() {
      yield* mailAddresses(20_000);
      throw new Error('the cursor was lost');
    }
    await expect(site.scheduleMessages('Hi', site.recipients('smtp', broken()))).rejects.toThrow('the cursor was lost');
    expect(await stored()).toEqual([]);
    expect(events).toEqual([]);
  });
});
