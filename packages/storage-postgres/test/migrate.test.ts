import { Client } from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { firstSchema } from '../src/schema.ts';
import { newSchema } from './schemas.ts';

const id = '00000000-0000-7000-9000-000000000001';

async function asAdmin<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: inject('postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe('migrate()', () => {
  it('creates all tables in the schema', async () => {
    const { connectionString, schema } = newSchema();
    const storage = postgresStorage({ connectionString, schema });
    await storage.migrate();
    await storage.close();
    const tables = await asAdmin((client) => client.query('select tablename from pg_tables where schemaname = $1 order by 1', [schema]));
    expect(tables.rows.map(({ tablename }) => tablename)).toEqual([
      'dispatches',
      'errors',
      'fan_outs',
      'in_flight',
      'keys',
      'messages',
      'migrations',
      'paces',
      'queues',
      'staged',
      'subscriptions',
      'suppressions',
    ]);
  });

  it('is done once by ten storages that start at the same time', async () => {
    const options = newSchema();
    const storages = Array.from({ length: 10 }, () => postgresStorage(options));
    await Promise.all(storages.map((storage) => storage.migrate()));
    await Promise.all(storages.map((storage) => storage.close()));
    const { rows } = await asAdmin((client) => client.query(`select version from "${options.schema}".migrations`));
    expect(rows).toEqual([{ version: 1 }, { version: 2 }, { version: 3 }]);
  });

  it('goes on from the first schema, and keeps the rows', async () => {
    const { connectionString, schema } = newSchema();
    const name = `"${schema}"`;
    await asAdmin(async (client) => {
      await client.query(`create schema ${name}`);
      await client.query(`create table ${name}.migrations (version integer primary key)`);
      for (const statement of firstSchema(name)) await client.query(statement);
      await client.query(`insert into ${name}.migrations values (1)`);
      await client.query(`insert into ${name}.messages (id, type, context, created_at) values ($1, 'news', '{}', 0)`, [id]);
    });
    const storage = postgresStorage({ connectionString, schema });
    await storage.migrate();
    const key = { name: 'order-7', fingerprint: id };
    expect(await storage.queue.enqueue([{ id, type: 'news', context: '{}', createdAt: 1, key }], [], 1)).toEqual([]);
    await storage.close();
  });

  it.each(['"; drop --', ';\n', "';\n \\ $1", ' '])('takes a name of the schema that has to be quoted: %j', async (end) => {
    const { connectionString, schema } = newSchema();
    const name = `${schema}${end}`;
    const storage = postgresStorage({ connectionString, schema: name });
    await storage.migrate();
    expect(await storage.queue.counts()).toEqual([]);
    await asAdmin((client) => client.query(`drop schema ${client.escapeIdentifier(name)} cascade`));
    await storage.close();
  });

  it('needs no right to create an existing schema, and reports a missing right', async () => {
    const { connectionString, schema } = newSchema();
    const role = `role_${schema.slice(5, 13)}`;
    await asAdmin((client) => client.query(`create role ${role} login password 'p'`));
    const url = new URL(connectionString);
    url.username = role;
    url.password = 'p';
    const storage = postgresStorage({ connectionString: url.href, schema });
    await expect(storage.migrate()).rejects.toMatchObject({ kind: 'configuration', code: 'storage_refused' });
    await asAdmin((client) => client.query(`create schema "${schema}" authorization ${role}`));
    await storage.migrate();
    expect(await storage.queue.counts()).toEqual([]);
    await storage.close();
    await asAdmin(async (client) => {
      await client.query(`drop schema "${schema}" cascade`);
      await client.query(`drop role ${role}`);
    });
  });

  it('refuses tables that a newer version has made', async () => {
    const { connectionString, schema } = newSchema();
    const storage = postgresStorage({ connectionString, schema });
    await storage.migrate();
    await asAdmin((client) => client.query(`insert into "${schema}".migrations values (99)`));
    await expect(storage.migrate()).rejects.toMatchObject({ kind: 'configuration', code: 'schema_newer' });
    await storage.close();
  });
});
