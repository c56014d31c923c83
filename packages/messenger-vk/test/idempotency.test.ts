import { delivery, never, rejection, sandboxed, withSession } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { vk } from '../src/index.ts';
import { int32Of, randomIdOf } from '../src/send.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('vk');
const messenger = () => vk(running.sandbox.vk.options);
const ids = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `01912345-6789-7abc-8def-${String(index).padStart(12, '0')}`);

describe.each(['12345', '-12345', 'peer:12345'])('to %s', (address) => {
  it('a repeat after an unknown outcome arrives once, with the id of the first', async () => {
    running.sandbox.vk.fail({ at: 'taken', drop: true });
    const message = delivery(address);
    await withSession(messenger(), async (session) => {
      expect(await rejection(session.send(message, never()))).toMatchObject({ kind: 'unknown' });
      const receipt = await session.send({ ...message, attempt: 2 }, never());
      expect(await session.send({ ...message, attempt: 3 }, never())).toEqual(receipt);
      expect(receipt.providerId).toBe(`${address}_1`);
    });
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('two dispatches with the same text both arrive', async () => {
    const receipts = [await sendOne(messenger(), address), await sendOne(messenger(), address)];
    expect(receipts).toEqual([{ providerId: `${address}_1` }, { providerId: `${address}_2` }]);
    expect(running.sandbox.inbox.to(address)).toHaveLength(2);
  });
});

describe('the idempotency key of a dispatch', () => {
  it('is the dispatch id on a wall', async () => {
    const message = delivery('12345');
    await withSession(messenger(), (session) => session.send(message, never()));
    expect(running.sandbox.inbox.all()).toMatchObject([{ headers: { guid: message.id } }]);
  });

  it('is 32 bits of a hash of the dispatch id in a message, and depends on nothing else', async () => {
    const message = delivery('peer:12345');
    await withSession(messenger(), async (session) => {
      await session.send(message, never());
      await session.send({ ...message, address: 'peer:7', attempt: 4, content: { text: 'Another' } }, never());
    });
    const keys = running.sandbox.inbox.all().map(({ headers }) => headers.random_id);
    expect(keys).toEqual([String(randomIdOf(message.id)), String(randomIdOf(message.id))]);
    // Stored dispatches outlive a release. With another hash, a new release would repeat messages of an older
    // one.
    expect(randomIdOf('00000000-0000-7000-8000-000000000001')).toBe(586_718_829);
  });

  it('is an int32 other than 0, evenly distributed', () => {
    const keys = ids(40_000).map(randomIdOf);
    expect(keys.every((key) => key === (key | 0) && key !== 0)).toBe(true);
    const buckets = new Array<number>(16).fill(0);
    for (const key of keys) buckets[(key >>> 28) & 15] = (buckets[(key >>> 28) & 15] ?? 0) + 1;
    const lowest = new Array<number>(16).fill(0);
    for (const key of keys) lowest[key & 15] = (lowest[key & 15] ?? 0) + 1;
    for (const size of [...buckets, ...lowest]) expect(Math.abs(size - 2_500)).toBeLessThan(250);
  });

  it('is shared no more often than by chance', () => {
    // 100,000 dispatches make 5 x 10^9 pairs. One or two pairs share a key.
    const keys = ids(100_000).map(randomIdOf);
    expect(keys.length - new Set(keys).size).toBeLessThan(8);
  });

  it('is never 0, which would switch off the check', () => {
    expect(int32Of(Buffer.alloc(32))).toBe(1);
    expect(int32Of(Buffer.alloc(32, 255))).toBe(-1);
  });
});
