import { Client, Pool } from 'pg';
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { type PostgresPool, postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

const names = ['idle_in_transaction_session_timeout', 'lock_timeout', 'statement_timeout'];
const settings = `select ${names.map((name) => `current_setting('${name}') as ${name}`).join(', ')}`;
const none = { idle_in_transaction_session_timeout: '0', lock_timeout: '0', statement_timeout: '0' };
const row = { messenger: 'post', type: 'plain', address: 'ann@example.com' } as const;

/** Makes a storage with a pool of one connection, and records the limits after each statement. */
async function setUp(options = '') {
  const { connectionString, schema } = newSchema();
  const pool = new Pool({ connectionString, max: 1, options });
  const seen: { readonly text: string; readonly limits: unknown }[] = [];
  const watched: PostgresPool = {
    async connect() {
      const connection = await pool.connect();
      return {
        async query(query) {
          const result = await connection.query(query);
          seen.push({ text: query.text, limits: (await connection.query(settings)).rows[0] });
          return result;
        },
        on: (event, listener) => connection.on(event, listener),
        off: (event, listener) => connection.off(event, listener),
        release: (error) => connection.release(error),
      };
    },
    end: async () => undefined,
  };
  const storage = postgresStorage({ pool: watched, schema });
  onTestFinished(() => pool.end());
  await storage.migrate();
  seen.splice(0);
  return { storage, pool, seen };
}

describe('a transaction of the storage', () => {
  it('sets limits at the server, which end with it', async () => {
    const { storage, seen } = await setUp();
    await storage.subscriptions.change({ add: [row], remove: [row] }, 1);
    const limits = { idle_in_transaction_session_timeout: '5s', lock_timeout: '15s', statement_timeout: '30s' };
    expect(seen.slice(0, -1).map((one) => one.limits)).toEqual(seen.slice(0, -1).map(() => limits));
    expect(seen.at(-1)).toEqual({ text: 'commit', limits: none });
  });

  it('sets longer limits for long-running work', async () => {
    const { storage, seen } = await setUp();
    await storage.queue.prune({
      now: 0,
      statuses: ['sent'],
      before: 1,
      abandonedBefore: 1,
      keysBefore: 0,
      dispatchesOnly: false,
      limit: 1,
    });
    expect(seen[0]?.limits).toEqual({ idle_in_transaction_session_timeout: '5s', lock_timeout: '5min', statement_timeout: '10min' });
  });

  it('keeps the stricter limits of its user', async () => {
    const { storage, seen } = await setUp('-c lock_timeout=20ms -c statement_timeout=1h -c idle_in_transaction_session_timeout=1500');
    await storage.subscriptions.change({ add: [row], remove: [] }, 1);
    expect(seen[0]?.limits).toEqual({ idle_in_transaction_session_timeout: '1500ms', lock_timeout: '20ms', statement_timeout: '30s' });
  });
});

it('a transaction of the host gets no limits', async () => {
  const { storage, pool } = await setUp();
  const host = await pool.connect();
  await host.query('begin');
  const id = '018f3c1e-7b2a-7000-8000-000000000001';
  const dispatch = { id, messageId: id, priority: 0, dueAt: 1, ...row };
  await storage.enqueueIn(host, [{ id, type: 'plain', context: '{}', createdAt: 1 }], [dispatch], 1);
  expect((await host.query(settings)).rows).toEqual([none]);
  await host.query('rollback');
  host.release();
});

const pooler = inject('pgbouncer');
const ways: [way: string, connectionString: string, isPool: boolean][] = [
  ['by a storage with a URL', inject('postgres'), false],
  ['by a storage with a pool of the host', inject('postgres'), true],
  ...(pooler === null ? [] : [['through PgBouncer', pooler, false] as [string, string, boolean]]),
];

it.each(ways)('a statement that timed out %s ends at the server too', async (_, connectionString, isPool) => {
  const { schema, connectionString: direct } = newSchema();
  const pool = isPool ? new Pool({ connectionString }) : undefined;
  const storage = postgresStorage({ schema, ...(pool ? { pool } : { connectionString }) });
  const [holder, admin] = [new Client({ connectionString: direct }), new Client({ connectionString: direct })];
  for (const client of [holder, admin]) await client.connect();
  onTestFinished(async () => {
    vi.useRealTimers();
    await storage.close();
    for (const client of [pool, holder, admin]) await client?.end();
  });
  await storage.migrate();
  await holder.query(`begin; lock table "${schema}".paces in access exclusive mode`);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const given = expect(storage.queue.defer('k', 1)).rejects.toMatchObject({ code: 'storage_unreachable' });
  const { rows } = await holder.query('select pg_backend_pid() as pid');
  const waiting = async () =>
    (await admin.query('select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))', [rows[0].pid])).rowCount;
  await expect.poll(waiting).toBe(1);
  vi.advanceTimersByTime(30_000);
  await given;
  await expect.poll(waiting).toBe(0);
  await holder.query('rollback');
});
