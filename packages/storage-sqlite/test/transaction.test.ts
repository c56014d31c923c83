import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSitemessage, defineMessenger, type Scheduled } from '@sitemessage/core';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest';
import { sqliteStorage } from '../src/index.ts';

const mail = defineMessenger({
  alias: 'mail',
  package: 'mail',
  title: 'Mail',
  getAddress: (address: string) => address,
  create: (_: object) => ({ send: async () => undefined }),
});

async function setUp(open: (path: string) => DatabaseSync | BetterSqlite3.Database) {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-'));
  const path = join(folder, 'shop.db');
  const site = createSitemessage({ storage: sqliteStorage({ path }), messengers: [mail({})] });
  const host = open(path);
  host.exec('create table orders (id integer primary key)');
  onTestFinished(async () => {
    host.close();
    await site.close();
    await rm(folder, { recursive: true });
  });
  const prepared = await site.prepare('Your order is in.', site.recipients('mail', ['ann@example.com', 'bob@example.org']));
  const addresses = async () => (await Array.fromAsync(site.list())).map(({ address }) => address).sort();
  const orders = () => host.prepare('select count(*) as count from orders').get();
  return { site, host, prepared, addresses, orders };
}

describe.each([
  { library: 'node:sqlite', open: (path: string) => new DatabaseSync(path) },
  { library: 'better-sqlite3', open: (path: string) => new BetterSqlite3(path) },
])('a transaction of the application, through $library', ({ open }) => {
  it('that commits keeps the order and its confirmation', async () => {
    const { host, prepared, addresses, orders, site } = await setUp(open);
    host.exec('begin immediate');
    host.exec('insert into orders default values');
    expect(prepared.save(host)).toEqual([{ id: expect.any(String), dispatches: 2, isNew: true }]);
    expect(await addresses()).toEqual([]);
    host.exec('commit');
    expect(orders()).toEqual({ count: 1 });
    expect(await addresses()).toEqual(['ann@example.com', 'bob@example.org']);
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 2 });
  });

  it('that rolls back keeps neither, and may be tried again', async () => {
    const { host, prepared, addresses, orders } = await setUp(open);
    for (const end of ['rollback', 'commit']) {
      host.exec('begin immediate');
      host.exec('insert into orders default values');
      expect(prepared.save(host)).toMatchObject([{ dispatches: 2, isNew: true }]);
      host.exec(end);
    }
    expect(orders()).toEqual({ count: 1 });
    expect(await addresses()).toEqual(['ann@example.com', 'bob@example.org']);
  });

  it('cannot use a key that was used for another message, and may go on', async () => {
    const { site, host, addresses, orders } = await setUp(open);
    const [first, second, third] = await Promise.all(
      [['One'], ['Two', 'New'], ['One', 'New']].map((texts) =>
        site.prepare(texts, site.recipients('mail', 'ann@example.com'), { key: 'once' }),
      ),
    );
    host.exec('begin immediate');
    host.exec('insert into orders default values');
    first?.save(host);
    expect(() => second?.save(host)).toThrow(expect.objectContaining({ code: 'key_conflict', message: expect.stringContaining('"once"') }));
    // The refused call leaves nothing, not even the key of its second message.
    expect(third?.save(host)).toMatchObject([{ isNew: false }, { isNew: true, dispatches: 1 }]);
    host.exec('commit');
    expect([orders(), await addresses()]).toEqual([{ count: 1 }, ['ann@example.com', 'ann@example.com']]);
  });

  it('that was not begun, or has ended, is refused', async () => {
    const { host, prepared, addresses } = await setUp(open);
    const refused = expect.objectContaining({ kind: 'configuration', code: 'storage_no_transaction' });
    expect(() => prepared.save(host)).toThrow(refused);
    host.exec('begin');
    host.exec('commit');
    expect(() => prepared.save(host)).toThrow(refused);
    expect(await addresses()).toEqual([]);
  });
});

it('saves through a handle that does not report transactions', async () => {
  const { host, prepared, addresses } = await setUp((path) => new DatabaseSync(path));
  host.exec('begin');
  prepared.save({ exec: (sql) => host.exec(sql), prepare: (sql) => host.prepare(sql), close: () => undefined });
  host.exec('commit');
  expect(await addresses()).toHaveLength(2);
});

it('saves inside a transaction function of better-sqlite3', async () => {
  const { host, prepared, addresses, orders } = await setUp((path) => new BetterSqlite3(path));
  const confirm = (host as BetterSqlite3.Database).transaction((isGood: boolean) => {
    host.exec('insert into orders default values');
    prepared.save(host);
    if (!isGood) throw new Error('out of stock');
  });
  expect(() => confirm(false)).toThrow('out of stock');
  expect(await addresses()).toEqual([]);
  confirm(true);
  expect(orders()).toEqual({ count: 1 });
  expect(await addresses()).toHaveLength(2);
});

it.each([undefined, null, 'shop.db', {}])('refuses %j instead of a handle', async (host) => {
  const { prepared } = await setUp((path) => new DatabaseSync(path));
  const wrong = { kind: 'configuration', code: 'argument_invalid', field: 'transaction' };
  expect(() => prepared.save(host as never)).toThrow(expect.objectContaining(wrong));
});

it('refuses a handle of another database', async () => {
  const { prepared } = await setUp((path) => new DatabaseSync(path));
  const other = new DatabaseSync(':memory:');
  onTestFinished(() => other.close());
  expect(() => prepared.save(other)).toThrow(expect.objectContaining({ kind: 'configuration', code: 'database_other' }));
});

it('returns at once, also by its type', async () => {
  const { prepared, host } = await setUp((path) => new DatabaseSync(path));
  host.exec('begin');
  expectTypeOf(prepared.save(host)).toEqualTypeOf<readonly Scheduled[]>();
});
