import { createSitemessage, defineMessenger } from '@sitemessage/core';
import { type PostgresTransaction, postgresStorage } from '@sitemessage/storage-postgres';
import type {} from '@sitemessage/test-support/postgres-for-tests';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { expect, inject, it, onTestFinished } from 'vitest';

const mail = defineMessenger({
  alias: 'mail',
  package: 'mail',
  title: 'Mail',
  getAddress: (address: string) => address,
  create: (_: object) => ({ send: async () => undefined }),
});

/** Databases that are passed to `save` instead of a transaction, by mistake. */
const hosts: readonly [library: string, of: (pool: Pool) => PostgresTransaction][] = [
  [
    'Kysely',
    (pool) => {
      const db = new Kysely({ dialect: new PostgresDialect({ pool }) });
      return { query: (text, values) => db.executeQuery(CompiledQuery.raw(text, values)) };
    },
  ],
  ['Drizzle', (pool) => ({ query: (text) => drizzle(pool).execute(sql.raw(text)) })],
];

it.each(hosts)('a database of %s is refused instead of a transaction, and nothing is stored', async (_, of) => {
  const pool = new Pool({ connectionString: inject('postgres') });
  const schema = `shop_${crypto.randomUUID()}`;
  const site = createSitemessage({ storage: postgresStorage({ pool, schema }), messengers: [mail({})] });
  onTestFinished(async () => {
    await site.close();
    await pool.query(`drop schema "${schema}" cascade`);
    await pool.end();
  });
  const prepared = await site.prepare('Your order is in.', site.recipients('mail', 'ann@example.com'));
  await expect(prepared.save(of(pool))).rejects.toMatchObject({ kind: 'configuration', code: 'storage_no_transaction' });
  expect(await Array.fromAsync(site.list())).toEqual([]);
});
