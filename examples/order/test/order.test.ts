import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSitemessage, type Delivery, defineMessenger } from '@sitemessage/core';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import type {} from '@sitemessage/test-support/postgres-for-tests';
import { drizzle } from 'drizzle-orm/node-postgres';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { confirmation, type Order } from '../src/confirmation.ts';
import * as withDrizzle from '../src/with-drizzle.ts';
import * as withKysely from '../src/with-kysely.ts';
import * as withPg from '../src/with-pg.ts';
import * as withSqlite from '../src/with-sqlite.ts';

function mailTo(sent: Delivery[]) {
  return defineMessenger({
    alias: 'mail',
    package: 'mail',
    title: 'Mail',
    getAddress: (address: string) => address,
    create: (_: object) => ({ send: async (delivery) => void sent.push(delivery) }),
  })({});
}

/**
 * Makes the tables of a shop in a new schema, with the messages in the same database. The database refuses an
 * order without an item at commit.
 */
async function postgresShop() {
  const schema = `shop_${randomUUID()}`;
  const pool = new Pool({ connectionString: inject('postgres'), options: `-c search_path="${schema}"` });
  await pool.query(`create schema "${schema}"`);
  await pool.query('create table orders (id serial primary key, email text not null, item text not null)');
  await pool.query(`create function check_item() returns trigger language plpgsql as $$
    begin if new.item = '' then raise 'out of stock'; end if; return null; end $$`);
  await pool.query(
    `create constraint trigger in_stock after insert on orders deferrable initially deferred for each row execute function check_item()`,
  );
  const sent: Delivery[] = [];
  const site = createSitemessage({
    storage: postgresStorage({ pool, schema: `${schema}` }),
    messengers: [mailTo(sent)],
    messageTypes: [confirmation],
  });
  onTestFinished(async () => {
    await site.close();
    await pool.query(`drop schema "${schema}" cascade`);
    await pool.end();
  });
  return { site, pool, sent, orders: async () => (await pool.query('select email, item from orders')).rows };
}

type PostgresShop = Awaited<ReturnType<typeof postgresShop>>;

describe.each<{ library: string; place: (shop: PostgresShop, order: Order) => Promise<void> }>([
  { library: 'pg', place: ({ site, pool }, order) => withPg.placeOrder(site, pool, order) },
  {
    library: 'Kysely',
    place: ({ site, pool }, order) => withKysely.placeOrder(site, new Kysely({ dialect: new PostgresDialect({ pool }) }), order),
  },
  { library: 'Drizzle', place: ({ site, pool }, order) => withDrizzle.placeOrder(site, drizzle(pool), order) },
])('an order with $library', ({ place }) => {
  it('is confirmed', async () => {
    const shop = await postgresShop();
    await place(shop, { email: 'ann@example.com', item: 'a bicycle' });
    expect(await shop.orders()).toEqual([{ email: 'ann@example.com', item: 'a bicycle' }]);
    expect(await shop.site.sendScheduledMessages()).toMatchObject({ sent: 1 });
    expect(shop.sent).toMatchObject([{ address: 'ann@example.com', content: { text: 'Your order of a bicycle is in.' } }]);
  });

  it('is not confirmed when the database refuses the commit', async () => {
    const shop = await postgresShop();
    await expect(place(shop, { email: 'ann@example.com', item: '' })).rejects.toThrow();
    expect(await shop.orders()).toEqual([]);
    expect(await shop.site.sendScheduledMessages()).toMatchObject({ sent: 0 });
    expect(await Array.fromAsync(shop.site.list())).toEqual([]);
  });
});

describe('an order in SQLite', () => {
  async function sqliteShop() {
    const folder = await mkdtemp(join(tmpdir(), 'sitemessage-order-'));
    const path = join(folder, 'shop.db');
    const db = new DatabaseSync(path);
    db.exec(`create table stock (item text primary key); insert into stock values ('a bicycle');
      create table orders (email text not null, item text not null references stock deferrable initially deferred)`);
    const sent: Delivery[] = [];
    const site = createSitemessage({ storage: sqliteStorage({ path }), messengers: [mailTo(sent)], messageTypes: [confirmation] });
    onTestFinished(async () => {
      db.close();
      await site.close();
      await rm(folder, { recursive: true });
    });
    return { site, db, sent };
  }

  it('is confirmed', async () => {
    const { site, db, sent } = await sqliteShop();
    await withSqlite.placeOrder(site, db, { email: 'ann@example.com', item: 'a bicycle' });
    expect(await site.sendScheduledMessages()).toMatchObject({ sent: 1 });
    expect(sent).toMatchObject([{ address: 'ann@example.com' }]);
  });

  it('is not confirmed when the database refuses the commit', async () => {
    const { site, db } = await sqliteShop();
    await expect(withSqlite.placeOrder(site, db, { email: 'ann@example.com', item: 'a moon' })).rejects.toThrow('FOREIGN KEY');
    expect(db.prepare('select * from orders').all()).toEqual([]);
    expect(await Array.fromAsync(site.list())).toEqual([]);
  });
});
