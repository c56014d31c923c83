import { describe, expect, it } from 'vitest';
import { mailAddresses, orderShipped, setUp } from './schedule-setup.ts';

describe('a prepared message', () => {
  it('is stored by `save` only, and stored once when `save` is repeated', async () => {
    const { site, stored, events } = setUp();
    const prepared = await site.prepare(orderShipped({ id: 7 }), site.recipients('smtp', ['ann@example.com', 'bob@example.org']));
    expect(await stored()).toEqual([]);
    expect(prepared.save()).toEqual([{ id: expect.any(String), dispatches: 2, isNew: true }]);
    expect(await stored()).toMatchObject([{ type: 'order_shipped', priority: 5 }, { status: 'pending' }]);
    expect(prepared.save()).toEqual([{ id: expect.any(String), dispatches: 0, isNew: false }]);
    expect(await stored()).toHaveLength(2);
    // No event: only the application knows if its transaction commits.
    expect(events).toEqual([]);
  });

  it('stores the same rows as scheduling', async () => {
    const options = { sender: 'ann', priority: 3, dueAt: 1_800_000_000_000, expiresAt: 1_800_000_000_001, key: 'order-7' };
    const [one, other] = [setUp(), setUp()];
    const messages = ['Hello', orderShipped({ id: 7 })];
    await one.site.scheduleMessages(messages, one.site.recipients('smtp', ['ann@example.com', 'ann@example.com']), options);
    (await other.site.prepare(messages, other.site.recipients('smtp', ['ann@example.com', 'ann@example.com']), options)).save();
    expect(await other.stored()).toEqual(await one.stored());
  });

  it('is stored as pages for more than 10,000 recipients, and a worker expands them', async () => {
    const { site, stored, expand } = setUp();
    const prepared = await site.prepare('Hello', site.recipients('smtp', mailAddresses(12_000)));
    expect(prepared.save()).toEqual([{ id: expect.any(String), dispatches: 12_000, isNew: true }]);
    expect(await stored()).toHaveLength(24);
    await expand();
    expect(await stored()).toHaveLength(12_000);
  });

  it('stores nothing without recipients, and does not use up the key', async () => {
    const { site, stored, expand } = setUp();
    const prepared = await site.prepare('Hello', site.recipients('smtp', []), { key: 'once' });
    expect(prepared.save()).toEqual([{ id: expect.any(String), dispatches: 0, isNew: false }]);
    await site.scheduleMessages('Hello', site.recipients('smtp', 'ann@example.com'), { key: 'once' });
    await expand();
    expect(await stored()).toHaveLength(1);
  });

  it.each<[what: string, work: (site: ReturnType<typeof setUp>['site']) => Promise<unknown>, kind: object]>([
    ['address', (site) => site.prepare('Hello', site.recipients('smtp', 'nobody')), { kind: 'address' }],
    ['option', (site) => site.prepare('Hello', site.recipients('smtp', 'ann@example.com'), { priority: 1.5 }), { name: 'ArgumentError' }],
    [
      'message type',
      (site) => site.prepare({ type: 'x', context: 1 } as never, site.recipients('smtp', 'ann@example.com')),
      { kind: 'configuration' },
    ],
  ])('is refused like a scheduled one: wrong %s', async (_, work, error) => {
    await expect(work(setUp().site)).rejects.toMatchObject(error);
  });
});
