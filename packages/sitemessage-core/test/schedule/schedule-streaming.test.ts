import { describe, expect, it } from 'vitest';
import type { NewDispatch } from '../../src/storage/index.ts';
import { fanOutAlias } from '../../src/storage/index.ts';
import { type MemoryStorage, mailAddresses, orderShipped, setUp } from './schedule-setup.ts';

/** Wraps a storage. Calls `onDispatch` for each streamed row before the storage takes it. */
const watching =
  (onDispatch: (dispatch: NewDispatch) => void) =>
  (storage: MemoryStorage): MemoryStorage => ({
    ...storage,
    queue: {
      ...storage.queue,
      async enqueue(messages, dispatches, now) {
        async function* watched() {
          for await (const dispatch of dispatches as AsyncIterable<NewDispatch>) {
            onDispatch(dispatch);
            yield dispatch;
          }
        }
        return storage.queue.enqueue(messages, Array.isArray(dispatches) ? dispatches : watched(), now);
      },
    },
  });

/** Returns addresses, with the number that was read and if the iterable was closed. */
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
  ])('are stored in one call: $messages for $recipients', async ({ messages, recipients }) => {
    const { site, enqueued, stored } = setUp();
    await site.scheduleMessages(messages, site.recipients('smtp', mailAddresses(recipients)));
    expect(enqueued).toEqual([expect.objectContaining({ length: 10_000 })]);
    expect((await stored()).every(({ messenger }) => messenger === 'smtp')).toBe(true);
  });
});

describe('more than 10,000 dispatches', () => {
  it('are stored as pages of 500 recipients, and expand to the same rows as a short list', async () => {
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

  it('include every message for every list', async () => {
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

  it('are one for a recipient that is named twice, on two pages', async () => {
    const { site, expand, addresses } = setUp();
    function* twice() {
      yield* mailAddresses(6_000);
      yield* mailAddresses(6_000);
    }
    await site.scheduleMessages('Hi', site.recipients('smtp', twice()));
    await expand();
    expect(await addresses()).toEqual([...mailAddresses(6_000)].sort());
  });

  it('are read at most 32,000 recipients ahead of the storage, so that memory stays constant', async () => {
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

  it('let the event loop run, even if the iterable never waits', async () => {
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

  it('are sorted by their ids, so that the rows of a page are neighbours in the table', async () => {
    const pages: string[][] = [];
    const { site, stored, expand } = setUp(
      watching((dispatch) => void pages.push([dispatch.id, ...JSON.parse(dispatch.fanOut ?? '').recipients.smtp])),
    );
    await site.scheduleMessages('Hi', site.recipients('smtp', mailAddresses(30_000)));
    await expand();
    const idOf = new Map((await stored()).map(({ id, address }) => [address, id]));
    /** Returns the time and the place that an id contains. */
    const place = (id = '') => id.slice(0, 18);
    const inPages = pages.flatMap(([, ...addresses]) => addresses.map((address) => place(idOf.get(address))));
    expect(inPages).toEqual([...inPages].sort());
    expect(pages.map(([id]) => place(id))).toEqual(pages.map(([, first = '']) => place(idOf.get(first))));
  });

  it('are visible only when the last one is stored', async () => {
    const seen: number[] = [];
    const kit = setUp(watching(() => void kit.storage.queue.counts().then((counts) => seen.push(counts.length))));
    await kit.site.scheduleMessages('Hi', kit.site.recipients('smtp', mailAddresses(30_000)));
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.every((count) => count === 0)).toBe(true);
  });
});

describe('an iterable of recipients', () => {
  it('is closed when a recipient is wrong', async () => {
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

  it('is closed when the storage fails midway', async () => {
    const { watched, addresses } = watchedAddresses(100_000);
    const { site } = setUp(
      watching((dispatch) => {
        if (dispatch.address === '4') throw new Error('the disk is full');
      }),
    );
    await expect(site.scheduleMessages('Hi', site.recipients('smtp', addresses))).rejects.toThrow('the disk is full');
    expect(watched).toMatchObject({ closed: true, read: 32_000 });
  });

  it('is closed when the storage never reads it', async () => {
    const { watched, addresses } = watchedAddresses(100_000);
    const { site } = setUp((storage) => ({
      ...storage,
      queue: { ...storage.queue, enqueue: () => Promise.reject(new Error('the database is away')) },
    }));
    await expect(site.scheduleMessages('Hi', site.recipients('smtp', addresses))).rejects.toThrow('the database is away');
    expect(watched.closed).toBe(true);
  });

  it('is not kept in memory in a call without messages', async () => {
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

  it('passes on its error, and nothing is stored', async () => {
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
