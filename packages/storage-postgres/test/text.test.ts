import { describe, expect, it } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

describe('the key of a limit', () => {
  it('may be longer than an index entry, and long keys stay distinct', async () => {
    const storage = postgresStorage(newSchema());
    await storage.migrate();
    const key = `telegram ${'🙂'.repeat(1_000)}`;
    const slots = (suffix: string) => storage.queue.reserve([{ limits: [{ key: key + suffix, intervalMs: 100, burst: 1 }] }], 1_000, 1_000);
    expect(await slots('a')).toEqual([{ at: 1_000, granted: true }]);
    expect(await slots('a')).toEqual([{ at: 1_100, granted: false, key: `${key}a` }]);
    expect(await slots('b')).toEqual([{ at: 1_000, granted: true }]);
    await storage.queue.defer(`${key}c`, 5_000);
    expect(await slots('c')).toEqual([{ at: 5_000, granted: false, key: `${key}c` }]);
    await storage.close();
  });
});

describe('a text that is not an id', () => {
  it('matches nothing', async () => {
    const storage = postgresStorage(newSchema());
    await storage.migrate();
    const { queue } = storage;
    for (const id of ['', 'x', "' or true", '018F3C1E-7B2A-7000-8000-000000000001', '{018f3c1e-7b2a-7000-8000-000000000001}']) {
      expect(await queue.find(id)).toBeUndefined();
      expect(await Array.fromAsync(queue.list({ ids: [id] }))).toEqual([]);
      expect(await Array.fromAsync(queue.list({ messageId: id }))).toEqual([]);
      expect([await queue.cancel({ ids: [id] }, 1), await queue.requeue({ messageId: id }, 1)]).toEqual([0, 0]);
      expect((await queue.settle(id, [{ id, status: 'sent' }], 1)).ids).toEqual([]);
      await expect(queue.enqueue([{ id, type: 'a', context: '{}', createdAt: 1 }], [], 1)).rejects.toMatchObject({
        code: 'text_not_storable',
      });
    }
    await storage.close();
  });
});

describe('a text over 25 MiB', () => {
  it('is refused, since the answer with it would be too long', async () => {
    const storage = postgresStorage({ connectionString: 'postgres://127.0.0.1:1/nowhere' });
    const message = { id: '018f3c1e-7b2a-7000-8000-000000000001', type: 'plain', createdAt: 1, context: 'ä'.repeat(13.2 * 1_024 * 1_024) };
    await expect(storage.queue.enqueue([message], [], 1)).rejects.toMatchObject({
      kind: 'permanent',
      code: 'text_not_storable',
      message: expect.stringContaining('`context` cannot be stored: it is longer than 25 MiB'),
    });
    await storage.close();
  });
});

describe('a text that looks like SQL', () => {
  it('is stored like any other, in every field', async () => {
    const storage = postgresStorage(newSchema());
    await storage.migrate();
    const sql = `'; drop table dispatches; -- $1 {"a"} \\ "`;
    const [m, d, t] = ['1', '2', '3'].map((end) => `018f3c1e-7b2a-7000-8000-00000000000${end}`) as [string, string, string];
    await storage.queue.enqueue(
      [{ id: m, type: sql, context: JSON.stringify(sql), sender: sql, createdAt: 1 }],
      [{ id: d, messageId: m, messenger: sql, type: sql, priority: 0, dueAt: 1, address: sql, recipientId: sql }],
      1,
    );
    const { claims, messages } = await storage.queue.claim({ token: t, now: 2, leaseUntil: 9, limit: 1, messenger: sql, types: [sql] });
    expect(claims).toMatchObject([{ id: d, address: sql, recipientId: sql }]);
    expect(messages).toMatchObject([{ type: sql, context: JSON.stringify(sql), sender: sql }]);
    await storage.queue.settle(t, [{ id: d, status: 'failed', error: { kind: 'permanent', code: sql, message: sql } }], 3);
    expect(await storage.queue.find(d)).toMatchObject({ errors: [{ code: sql, message: sql }] });
    expect(await Array.fromAsync(storage.queue.list({ address: sql, messenger: sql, type: sql, messageId: m }))).toHaveLength(1);
    await storage.close();
  });
});
