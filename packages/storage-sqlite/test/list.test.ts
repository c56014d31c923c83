import type { DispatchFilter, QueueStore } from '@sitemessage/core/storage';
import { beforeEach, expect, it } from 'vitest';
import { sqliteStorage } from '../src/index.ts';
import { dispatch, dispatches, idOf, news, request } from './rows.ts';

/** The number of dispatches: more than two pages of 1,000. */
const count = 2_500;

let queue: QueueStore;
beforeEach(async () => {
  const storage = sqliteStorage({ path: ':memory:' });
  await storage.migrate();
  queue = storage.queue;
  await queue.enqueue([news], dispatches(1, count), 0);
});

const listed = async (filter: DispatchFilter): Promise<string[]> => (await Array.fromAsync(queue.list(filter))).map(({ id }) => id);
const idsFrom = (first: number, last: number): string[] => dispatches(first, last).map(({ id }) => id);

it.each<[what: string, filter: DispatchFilter]>([
  ['all', {}],
  ['all of a message', { messageId: news.id }],
  ['all of a messenger', { messenger: 'smtp' }],
])('lists %s, page by page, each once and in order', async (_what, filter) => {
  expect(await listed(filter)).toEqual(idsFrom(1, count));
});

it.each([999, 1_000, 1_001, 2_000])('lists %i ids, given twice and in another order', async (last) => {
  const ids = idsFrom(1, last).reverse();
  expect(await listed({ ids: [...ids, ...ids, 'unknown'] })).toEqual(idsFrom(1, last));
});

it('lists few matches that are far apart', async () => {
  const some = [1, 1_000, 1_001, 2_000, 2_001, count].map(idOf);
  await queue.claim({ ...request, limit: count });
  await queue.settle(
    request.token,
    some.map((id) => ({ id, status: 'sent' })),
    2_000,
  );
  expect(await listed({ status: 'sent' })).toEqual(some);
  expect(await listed({ status: 'failed' })).toEqual([]);
});

it('goes on when rows are deleted, changed or added between two pages, and lists each at most once', async () => {
  const seen: string[] = [];
  for await (const { id } of queue.list({})) {
    seen.push(id);
    // After the first page, its last row is deleted, and others before and after it.
    if (seen.length !== 1_000) continue;
    await queue.claim({ ...request, limit: count });
    const gone = [1, 1_000, 1_001, 1_500].map(idOf);
    await queue.settle(
      request.token,
      gone.map((id) => ({ id, status: 'sent' })),
      2_000,
    );
    await queue.prune({ now: 0, statuses: ['sent'], before: 3_000, abandonedBefore: 0, keysBefore: 0, dispatchesOnly: false, limit: 10 });
    const late = { ...news, id: 'news-2' };
    await queue.enqueue([late], [dispatch(0, { messageId: late.id }), dispatch(count + 1, { messageId: late.id })], 0);
  }
  expect(seen).toEqual([...idsFrom(1, 1_000), ...idsFrom(1_002, 1_499), ...idsFrom(1_501, count + 1)]);
});

it('holds no lock when its consumer stops early', async () => {
  for await (const { id } of queue.list({})) {
    expect(id).toBe(idOf(1));
    break;
  }
  expect(await queue.cancel({}, 1)).toBe(count);
});

it('lets other work run while it looks for matches', async () => {
  const order: string[] = [];
  const work = listed({ address: 'nobody@example.com' }).then(() => order.push('listed'));
  await new Promise<void>((resolve) => setImmediate(resolve));
  order.push('something else');
  await work;
  expect(order).toEqual(['something else', 'listed']);
});
