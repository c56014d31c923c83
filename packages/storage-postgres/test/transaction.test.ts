import { createSitemessage, defineMessenger, type Scheduled } from '@sitemessage/core';
import { Client, Pool, types } from 'pg';
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest';
import { type PostgresTransaction, postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

const mail = defineMessenger({
  alias: 'mail',
  package: 'mail',
  title: 'Mail',
  getAddress: (address: string) => address,
  create: (_: object) => ({ send: async () => undefined }),
});

const wrong = { kind: 'configuration', code: 'argument_invalid', field: 'transaction' };

async function setUp() {
  const { connectionString, schema } = newSchema();
  const site = createSitemessage({ storage: postgresStorage({ connectionString, schema }), messengers: [mail({})] });
  const host = new Client({ connectionString });
  await host.connect();
  onTestFinished(async () => {
    await host.end();
    await site.close();
  });
  const prepared = await site.prepare('Your order is in.', site.recipients('mail', ['ann@example.com', 'bob@example.org']));
  await host.query(`create table "${schema}".orders (id bigint generated always as identity)`);
  const order = () => host.query(`insert into "${schema}".orders default values`);
  const orders = async () => (await host.query(`select from "${schema}".orders`)).rowCount;
  const addresses = async () => (await Array.fromAsync(site.list())).map(({ address }) => address).sort();
  return { site, host, prepared, order, orders, addresses, schema, connectionString };
}

describe('a transaction of the application', () => {
  it('that commits keeps the order and its confirmation', async () => {
    const { site, host, prepared, order, orders, addresses } = await setUp();
    await host.query('begin');
    await order();
    expect(await prepared.save(host)).toEqual([{ id: expect.any(String), dispatches: 2, isNew: true }]);
    expect(await addresses()).toEqual([]);
    await host.query('commit');
    expect(await orders()).toBe(1);
    expect(await addresses()).toEqual(['ann@example.com', 'bob@example.org']);
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 2 });
  });

  it('that rolls back keeps neither, and may be tried again', async () => {
    const { host, prepared, order, orders, addresses } = await setUp();
    for (const end of ['rollback', 'commit']) {
      await host.query('begin');
      await order();
      expect(await prepared.save(host)).toMatchObject([{ dispatches: 2, isNew: true }]);
      await host.query(end);
    }
    expect(await orders()).toBe(1);
    expect(await addresses()).toEqual(['ann@example.com', 'bob@example.org']);
  });

  it('does not undo results of a worker when it rolls back', async () => {
    const { site, host, prepared, order } = await setUp();
    await site.scheduleMessages('Hello', site.recipients('mail', 'carl@example.org'));
    await host.query('begin');
    await order();
    await prepared.save(host);
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1 });
    await host.query('rollback');
    expect(await Array.fromAsync(site.list())).toMatchObject([{ address: 'carl@example.org', status: 'sent' }]);
  });

  it('stores a key once when two use it at the same time', async () => {
    const { site, host, addresses, connectionString } = await setUp();
    const other = new Client({ connectionString });
    await other.connect();
    onTestFinished(() => other.end());
    const [first, second] = await Promise.all(
      ['ann@example.com', 'bob@example.org'].map((address) => site.prepare('Hello', site.recipients('mail', address), { key: 'once' })),
    );
    await host.query('begin');
    await other.query('begin');
    expect(await first?.save(host)).toMatchObject([{ dispatches: 1, isNew: true }]);
    const waiting = second?.save(other);
    await host.query('commit');
    expect(await waiting).toMatchObject([{ dispatches: 0, isNew: false }]);
    await other.query('commit');
    expect(await addresses()).toEqual(['ann@example.com']);
  });

  it('cannot use a key that another transaction uses for another message, and may go on', async () => {
    const { site, host, order, orders, addresses, connectionString } = await setUp();
    const other = new Client({ connectionString });
    await other.connect();
    onTestFinished(() => other.end());
    const [first, second, third] = await Promise.all(
      [['One'], ['Two', 'New'], ['One', 'New']].map((texts) =>
        site.prepare(texts, site.recipients('mail', 'ann@example.com'), { key: 'once' }),
      ),
    );
    await other.query('begin');
    await host.query('begin');
    await order();
    await first?.save(other);
    const waiting = second?.save(host);
    await other.query('commit');
    await expect(waiting).rejects.toMatchObject({ code: 'key_conflict', message: expect.stringContaining('"once"') });
    // The refused call leaves nothing, not even the key of its second message.
    expect(await third?.save(host)).toMatchObject([{ isNew: false }, { isNew: true, dispatches: 1 }]);
    await host.query('commit');
    expect([await orders(), await addresses()]).toEqual([1, ['ann@example.com', 'ann@example.com']]);
  });

  it.each([
    ['a number', Number],
    ['a bigint', BigInt],
  ] as const)('may read a bigint of the database as %s', async (_, parse) => {
    const { prepared, addresses, connectionString } = await setUp();
    const pool = new Pool({
      connectionString,
      types: {
        getTypeParser: (id: number, format?: 'text' | 'binary') =>
          id === types.builtins.INT8 ? parse : types.getTypeParser(id, format as 'text'),
      },
    });
    onTestFinished(() => pool.end());
    const client = await pool.connect();
    await client.query('begin');
    expect(await prepared.save(client)).toMatchObject([{ dispatches: 2, isNew: true }]);
    await client.query('commit');
    client.release();
    expect(await addresses()).toHaveLength(2);
  });

  it.each([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['an address', 'postgres://shop:hunter2@db/shop', 'a value without `query`'],
  ])('is asked for when `save()` gets %s instead', async (_, host, given) => {
    const { prepared } = await setUp();
    const saving = prepared.save(host as never);
    await expect(saving).rejects.toMatchObject({
      ...wrong,
      message: expect.stringMatching(`^\`transaction\` of \`save\\(\\)\` is ${given}\\.`),
    });
    await expect(saving).rejects.not.toMatchObject({ message: expect.stringContaining('hunter2') });
  });

  it('cannot be a pool, but a client of one', async () => {
    const { prepared, addresses, connectionString } = await setUp();
    const pool = new Pool({ connectionString });
    onTestFinished(() => pool.end());
    const saving = prepared.save(pool);
    await expect(saving).rejects.toMatchObject({ ...wrong, message: expect.stringContaining('is a pool') });
    expect(await addresses()).toEqual([]);
    const client = await pool.connect();
    await client.query('begin');
    expect(await prepared.save(client)).toMatchObject([{ dispatches: 2, isNew: true }]);
    await client.query('commit');
    client.release();
  });

  describe('that is not open', () => {
    const noTransaction = { kind: 'configuration', code: 'storage_no_transaction' };
    const hosts: readonly [what: string, of: (pool: Pool) => Promise<PostgresTransaction>][] = [
      [
        'was not begun on the client',
        async (pool) => {
          const client = await pool.connect();
          onTestFinished(() => client.release());
          return client;
        },
      ],
      [
        'was begun on a client that has been released',
        async (pool) => {
          const client = await pool.connect();
          await client.query('begin');
          await client.query('commit');
          client.release();
          return client;
        },
      ],
      ['is a wrapper around a pool', async (pool) => ({ query: (text, values) => pool.query(text, values) })],
      [
        'belongs to a library that wraps errors',
        async (pool) => ({
          query: (text, values) =>
            pool.query(text, values).catch((cause) => {
              throw new Error('Failed query', { cause });
            }),
        }),
      ],
    ];

    it.each(hosts)('stores nothing when it %s', async (_, of) => {
      const { prepared, addresses, connectionString } = await setUp();
      const pool = new Pool({ connectionString });
      onTestFinished(() => pool.end());
      await expect(prepared.save(await of(pool))).rejects.toMatchObject(noTransaction);
      expect(await addresses()).toEqual([]);
    });
  });

  it('that is aborted gets the error of PostgreSQL', async () => {
    const { host, prepared } = await setUp();
    await host.query('begin');
    await expect(host.query('select 1 / 0')).rejects.toThrow();
    await expect(prepared.save(host)).rejects.toMatchObject({ code: '25P02' });
    await host.query('rollback');
  });

  it('keeps its `lock_timeout`, and gets the error of PostgreSQL', async () => {
    const { host, prepared, schema, connectionString } = await setUp();
    const other = new Client({ connectionString });
    await other.connect();
    onTestFinished(() => other.end());
    await other.query('begin');
    await other.query(`lock table "${schema}".dispatches in access exclusive mode`);
    await host.query('begin');
    await host.query("set local lock_timeout = '20ms'");
    await expect(prepared.save(host)).rejects.toMatchObject({ code: '55P03' });
    await host.query('rollback');
    await other.query('rollback');
  });

  it.each([[undefined], [null], ['no'], [Object.create(null)]])('may reject with %o, which `save()` passes on', async (reason) => {
    const { prepared } = await setUp();
    await expect(prepared.save({ query: () => Promise.reject(reason) })).rejects.toBe(reason);
  });

  it('makes `save()` return a promise, also by its type', async () => {
    const { prepared, host } = await setUp();
    await host.query('begin');
    const saving = prepared.save(host);
    expectTypeOf(saving).toEqualTypeOf<Promise<readonly Scheduled[]>>();
    await saving;
    await host.query('commit');
  });
});
