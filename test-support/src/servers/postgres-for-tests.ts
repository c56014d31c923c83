import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startPgBouncer } from './pgbouncer.ts';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The connection string of the PostgreSQL that all test files share. */
    postgres: string;
    /** The same through PgBouncer in transaction mode. Null when PgBouncer is not installed. */
    pgbouncer: string | null;
    /** The beginning of the names of all schemas of this run. */
    schemaPrefix: string;
  }
}

/**
 * Provides one server for all test files: the one at `SITEMESSAGE_TEST_POSTGRES_URL`, or one that it starts.
 */
export default async function setUp({ provide }: TestProject): Promise<() => Promise<void>> {
  const given = process.env.SITEMESSAGE_TEST_POSTGRES_URL;
  const server = given === undefined ? await startPostgres() : undefined;
  const schemaPrefix = `test_${randomUUID().slice(0, 8)}_`;
  const connectionString = given ?? (server?.connectionString as string);
  const bouncer = await startPgBouncer(connectionString);
  if (!bouncer) process.stdout.write('PgBouncer is not installed: a test that needs it is left out.\n');
  provide('postgres', connectionString);
  provide('pgbouncer', bouncer?.connectionString ?? null);
  provide('schemaPrefix', schemaPrefix);
  return async () => {
    await bouncer?.close();
    // The files of a started server are deleted. Dropping 300 schemas before would take 3 s.
    if (given !== undefined) await dropSchemas(given, schemaPrefix);
    await server?.close();
  };
}

/** Drops one schema at a time. All in one transaction would need more locks than a server has by default. */
async function dropSchemas(connectionString: string, prefix: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query('set client_min_messages = error');
  const { rows } = await client.query<{ name: string }>('select nspname as name from pg_namespace where starts_with(nspname, $1)', [
    prefix,
  ]);
  for (const { name } of rows) await client.query(`drop schema ${client.escapeIdentifier(name)} cascade`);
  await client.end();
}
