import { describe, expect, it } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

describe('a pacing key', () => {
  it('may be longer than an index takes, and long ones are told apart', async () => {
    const storage = postgresStorage(newSchema());
    await storage.migrate();
    const key = `telegram ${'🙂'.repeat(1_000)}`;
    const slots = (suffix: string) => storage.queue.reserve([{ limits: [{ key: key + suffix, intervalMs: 100, burst: 1 }] }], 1_000, 1_000);
    expect(await slots('a')).toEqual([{ at: 1_000, granted: true }]);
    expect(await slots('a')).toEqual([{ at: 1_100, granted: false }]);
    expect(await slots('b')).toEqual([{ at: 1_000, granted: true }]);
    await storage.queue.defer(`${key}c`, 5_000);
    expect(await slots('c')).toEqual([{ at: 5_000, granted: false }]);
    await storage.close();
  });
});

describe('what looks like SQL', () => {
  it('is text like any other, in every field', async () => {
    const storage = postgresStorage(newSchema());
    await storage.migrate();
    const sql = `'; drop table dispatches; -- $1 {"a"} \\ "`;
    await storage.queue.enqueue(
      [{ id: `m${sql}`, type: sql, context: JSON.stringify(sql), sender: sql, createdAt: 1 }],
      [{ id: `d${sql}`, messageId: `m${sql}`, messenger: sql, type: sql, priority: 0, dueAt: 1, address: sql, recipientId: sql }],
      1,
    );
    const { claims, messages } = await storage.queue.claim({ token: sql, now: 2, leaseUntil: 9, limit: 1, messenger: sql, types: [sql] });
    expect(claims).toMatchObject([{ id: `d${sql}`, address: sql, recipientId: sql }]);
    expect(messages).toMatchObject([{ type: sql, context: JSON.stringify(sql), sender: sql }]);
    await storage.queue.settle(sql, [{ id: `d${sql}`, status: 'failed', error: { kind: 'permanent', code: sql, message: sql } }], 3);
    expect(await storage.queue.find(`d${sql}`)).toMatchObject({ errors: [{ code: sql, message: sql }] });
    expect(await Array.fromAsync(storage.queue.list({ address: sql, messenger: sql, type: sql, messageId: `m${sql}` }))).toHaveLength(1);
    await storage.close();
  });
});
