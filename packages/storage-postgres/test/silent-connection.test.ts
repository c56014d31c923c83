import { once } from 'node:events';
import { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { createSitemessage, defineMessenger, type SitemessageEvent } from '@sitemessage/core';
import type { Storage } from '@sitemessage/core/storage';
import { Client, Pool } from 'pg';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type PostgresPool, postgresStorage } from '../src/index.ts';
import { startForwarder } from './forwarder.ts';
import { newSchema } from './schemas.ts';

const id = '018f3c1e-7b2a-7000-8000-000000000001';
const message = { id, type: 'plain', context: '{}', createdAt: 1 };
const dispatch = { id, messageId: id, messenger: 'post', type: 'plain', priority: 0, dueAt: 1, address: 'ann' };
const unreachable = { kind: 'transient', code: 'storage_unreachable' };

/** Makes a migrated storage behind a forwarder, with an idle connection. Timers are fake from then on. */
async function setUp({ listens = false } = {}) {
  const { connectionString, schema } = newSchema();
  const forwarder = await startForwarder(connectionString);
  const address = forwarder.connectionString;
  const storage = postgresStorage({ connectionString: address, schema, ...(listens && { listenConnectionString: address }) });
  await storage.migrate();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(async () => {
    vi.useRealTimers();
    await Promise.all([storage.close(), forwarder.close()]);
  });
  return { storage, forwarder, schema, connectionString };
}

type Setting = Awaited<ReturnType<typeof setUp>>;

/** Resolves when the storage listens. It listens until it is closed. */
async function listening({ watch }: Storage): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  watch({ wake: resolve, failed: reject, recovered: () => undefined });
  await promise;
}

/** Observes a promise. */
function outcomeOf(work: Promise<unknown>) {
  let isSettled = false;
  const outcome = work.then(
    () => 'fulfilled',
    (error: unknown) => error,
  );
  void outcome.then(() => {
    isSettled = true;
  });
  return {
    outcome,
    /** Returns whether the promise is pending after some turns of the event loop. */
    async isOpen() {
      for (let turn = 0; turn < 20; turn++) await setImmediate();
      return !isSettled;
    },
  };
}

const pass = (ms: number): unknown => vi.advanceTimersByTime(ms);

const minuteMs = 60_000;

const statements: readonly [name: string, waitsMs: number, ask: (storage: Storage) => Promise<unknown>][] = [
  ['clock', 30_000, (storage) => storage.clock()],
  ['migrate', 30_000, (storage) => storage.migrate()],
  ['enqueue', 30_000, ({ queue }) => queue.enqueue([message], [dispatch], 1)],
  ['claim', 30_000, ({ queue }) => queue.claim({ token: id, now: 1, leaseUntil: 2, limit: 1, messenger: 'post', types: ['plain'] })],
  ['settle', 30_000, ({ queue }) => queue.settle(id, [{ id, status: 'sent' }], 1)],
  ['reserve', 30_000, ({ queue }) => queue.reserve([{ limits: [{ key: 'k', intervalMs: 1, burst: 1 }] }], 1, 2)],
  ['defer', 30_000, ({ queue }) => queue.defer('k', 1)],
  ['report', 30_000, ({ queue }) => queue.report(id, 'read', 1)],
  ['find', 30_000, ({ queue }) => queue.find(id)],
  ['openQueues', 30_000, ({ queue }) => queue.openQueues()],
  ['list', 10 * minuteMs, ({ queue }) => Array.fromAsync(queue.list({}))],
  ['counts', 10 * minuteMs, ({ queue }) => queue.counts()],
  ['requeue', 10 * minuteMs, ({ queue }) => queue.requeue({}, 1)],
  ['cancel', 10 * minuteMs, ({ queue }) => queue.cancel({}, 1)],
  [
    'prune',
    10 * minuteMs,
    ({ queue }) =>
      queue.prune({ now: 0, statuses: ['sent'], before: 1, abandonedBefore: 1, keysBefore: 1, dispatchesOnly: false, limit: 1 }),
  ],
];

describe('on a connection that drops packets', () => {
  it.each(statements)('%s times out after %i ms, and the next statement has another connection', async (_, waitsMs, ask) => {
    const { storage, forwarder } = await setUp();
    forwarder.dropPackets();
    const dropped = forwarder.dropped();
    const { outcome, isOpen } = outcomeOf(ask(storage));
    await dropped;
    pass(waitsMs - 1);
    expect(await isOpen()).toBe(true);
    const before = forwarder.connections();
    pass(1);
    expect(await outcome).toMatchObject({ ...unreachable, message: expect.stringContaining('has not answered in time') });
    forwarder.forward();
    await storage.clock();
    // One of the two connections asked the server to cancel the statement.
    expect(forwarder.connections()).toBe(before + 2);
  });

  it('a transaction fails with the statement that times out, and its socket is destroyed', async () => {
    const { forwarder, schema } = await setUp();
    const pool = new Pool({ connectionString: forwarder.connectionString, max: 1 });
    onTestFinished(() => pool.end());
    const storage = postgresStorage({ schema, pool: droppingAfter(pool, 'begin', () => forwarder.dropPackets()) });
    const dropped = forwarder.dropped();
    const { outcome } = outcomeOf(
      storage.subscriptions.change({ add: [{ type: 'news', messenger: 'post', address: 'ann' }], remove: [] }, 1),
    );
    await dropped;
    // The pool emits `remove` when the socket is closed. The server has no part in that here.
    const removed = once(pool, 'remove');
    pass(30_000);
    expect(await outcome).toMatchObject(unreachable);
    await removed;
    forwarder.forward();
    expect(await storage.queue.defer('k', 1)).toBeUndefined();
  });

  it('a worker reports it, and goes on when the connection works again', async () => {
    const { storage, forwarder } = await setUp();
    const sent: string[] = [];
    const post = defineMessenger({
      alias: 'post',
      package: 'post',
      title: 'Post',
      getAddress: (address: string) => address,
      create: (_: object) => ({ send: async ({ address }) => void sent.push(address) }),
    });
    const site = createSitemessage({ storage, messengers: [post({})] });
    onTestFinished(() => site.close());
    const events: SitemessageEvent[] = [];
    site.onEvent((event) => events.push(event));
    await site.scheduleMessages('Hi', site.recipients('post', 'ann'));
    forwarder.dropPackets();
    const dropped = forwarder.dropped();
    const worker = site.startWorker();
    await dropped;
    pass(30_000);
    await expect.poll(() => events.at(-1)).toMatchObject({ type: 'storage_failed', error: unreachable });
    expect(sent).toEqual([]);
    forwarder.forward();
    await expect
      .poll(
        () => {
          pass(1_000);
          return sent;
        },
        { timeout: 10_000 },
      )
      .toEqual(['ann']);
    vi.useRealTimers();
    await worker.stop();
  });
});

/** Returns a pool that calls `dropPackets` after the answer to a statement. */
function droppingAfter(pool: Pool, after: string, dropPackets: () => void): PostgresPool {
  return {
    async connect() {
      const connection = await pool.connect();
      return {
        async query(query) {
          const result = await connection.query(query);
          if (query.text.startsWith(after)) dropPackets();
          return result;
        },
        on: (event, listener) => connection.on(event, listener),
        off: (event, listener) => connection.off(event, listener),
        release: (error) => connection.release(error),
      };
    },
    end: async () => undefined,
  };
}

describe('a lock that another transaction holds for minutes', () => {
  async function hold(connectionString: string, lock: string) {
    const [holder, admin] = [new Client({ connectionString }), new Client({ connectionString })];
    for (const client of [holder, admin]) {
      await client.connect();
      onTestFinished(() => client.end());
    }
    await holder.query('begin');
    await holder.query(lock);
    const { rows } = await holder.query('select pg_backend_pid() as pid');
    const waiting = () => admin.query('select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))', [rows[0].pid]);
    return {
      release: () => holder.query('rollback'),
      /** Resolves when a session waits for the lock. */
      awaited: () => expect.poll(async () => (await waiting()).rowCount).toBe(1),
    };
  }

  it('is awaited by `migrate`', async () => {
    await setUp();
    const { connectionString, schema } = newSchema();
    const storage = postgresStorage({ connectionString, schema });
    const { release, awaited } = await hold(connectionString, `select pg_advisory_xact_lock(hashtextextended('sitemessage ${schema}', 0))`);
    const { outcome, isOpen } = outcomeOf(storage.migrate());
    await awaited();
    pass(9 * minuteMs);
    expect(await isOpen()).toBe(true);
    await release();
    expect(await outcome).toBe('fulfilled');
    await storage.close();
  });

  it('is awaited by the end of an iterable', async () => {
    const { storage, schema, connectionString } = await setUp();
    const { release, awaited } = await hold(connectionString, `lock table "${schema}".messages`);
    async function* rows() {
      yield dispatch;
    }
    const { outcome, isOpen } = outcomeOf(storage.queue.enqueue([message], rows(), 1));
    await awaited();
    pass(9 * minuteMs);
    expect(await isOpen()).toBe(true);
    await release();
    expect(await outcome).toBe('fulfilled');
  });
});

describe('a storage that is closed', () => {
  it.each<[what: string, open: (setting: Setting) => Promise<readonly Promise<unknown>[]>]>([
    ['are idle', async () => []],
    [
      'listen',
      async ({ storage }) => {
        await listening(storage);
        return [];
      },
    ],
    [
      'wait for an answer',
      async ({ storage, forwarder }) => {
        forwarder.dropPackets();
        const dropped = forwarder.dropped();
        const asked = storage.clock();
        await dropped;
        return [asked];
      },
    ],
    [
      'are being made',
      async ({ storage, forwarder }) => {
        forwarder.dropPackets();
        const before = forwarder.connections();
        const asked = [storage.clock(), storage.clock()];
        await expect.poll(forwarder.connections).toBeGreaterThan(before);
        return asked;
      },
    ],
  ])('waits 2 s for silent connections that %s, and destroys them', async (_, open) => {
    const setting = await setUp({ listens: true });
    const asked = (await open(setting)).map(outcomeOf);
    setting.forwarder.dropPackets();
    const closing = outcomeOf(setting.storage.close());
    pass(1_999);
    expect(await closing.isOpen()).toBe(true);
    pass(1);
    expect(await closing.outcome).toBe('fulfilled');
    for (const { outcome } of asked) expect(await outcome).toMatchObject({ kind: 'configuration', code: 'storage_closed' });
  });

  it('does not wait when the server closes its connections', async () => {
    const { storage } = await setUp({ listens: true });
    await listening(storage);
    await Promise.all([storage.clock(), storage.clock()]);
    await storage.close();
  });
});

it('TCP probes a connection after a minute without traffic', async () => {
  const keepAlive = vi.spyOn(Socket.prototype, 'setKeepAlive');
  onTestFinished(() => keepAlive.mockRestore());
  const { storage } = await setUp({ listens: true });
  expect(keepAlive.mock.calls).toEqual([[true, minuteMs]]);
  await listening(storage);
  expect(keepAlive.mock.calls).toEqual([
    [true, minuteMs],
    [true, minuteMs],
  ]);
});
