import { ConfigurationError } from '@sitemessage/core';
import { escapeIdentifier } from 'pg';
import type { Client } from './client.ts';
import type { Queries } from './queries.ts';
import { firstSchema, inFlightSchema, keysSchema } from './schema.ts';

/** The migrations in the order in which they run. A released one never changes. */
const migrations: readonly ((schema: string) => readonly string[])[] = [firstSchema, keysSchema, inFlightSchema];

/**
 * Brings the tables up to date. Waits while another process does so.
 *
 * @throws ConfigurationError `schema_newer` when a newer version of this package has migrated the database.
 */
export async function migrate(client: Client): Promise<void> {
  if ((await currentVersion(client)) === migrations.length) return;
  await client.longRunning.transaction(async (db) => {
    // The lock lasts until the end of the transaction. A pooler may run the next statement on another
    // connection.
    await db.all('select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended($1, 0))', `sitemessage ${db.tables.schema}`);
    for (let version = await currentVersion(db); version < migrations.length; version++) await apply(db, version);
  });
}

async function apply(db: Queries, version: number): Promise<void> {
  if (version === 0) await createSchema(db);
  const { schema, migrations: versions } = db.tables;
  const statements = migrations[version] as (typeof migrations)[number];
  for (const statement of statements(escapeIdentifier(schema))) await db.run(statement);
  await db.run(`insert into ${versions} (version) values ($1)`, version + 1);
}

/** Uses a schema that exists as it is: not every user may create one. */
async function createSchema(db: Queries): Promise<void> {
  const { schema, migrations: versions } = db.tables;
  const [present] = await db.all('select 1 from pg_catalog.pg_namespace where nspname = $1', schema);
  if (!present) await db.run(`create schema ${escapeIdentifier(schema)}`);
  await db.run(`create table ${versions} (version integer primary key)`);
}

async function currentVersion(db: Queries): Promise<number> {
  const { schema, migrations: versions } = db.tables;
  const [table] = await db.all("select 1 from pg_catalog.pg_tables where schemaname = $1 and tablename = 'migrations'", schema);
  if (!table) return 0;
  const [row] = await db.all<{ version: number | null }>(`select pg_catalog.max(version) as version from ${versions}`);
  const version = row?.version ?? 0;
  if (version > migrations.length) {
    throw new ConfigurationError(
      `The database has schema ${version} of a newer @sitemessage/storage-postgres. This version knows schemas up to ${migrations.length}. Update the package in this process.`,
      { code: 'schema_newer' },
    );
  }
  return version;
}
