import type { TestProject } from 'vitest/node';
import { startPgBouncer } from './pgbouncer.ts';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The connection string of the PostgreSQL that all test files share. */
    postgres: string;
    /** The same through PgBouncer in transaction mode. Null when PgBouncer is not installed. */
    pgbouncer: string | null;
  }
}

/**
 * Provides one server for all test files: the one at `SITEMESSAGE_TEST_POSTGRES_URL`, or one that it starts.
 */
export default async function setUp({ provide }: TestProject): Promise<() => Promise<void>> {
  const given = process.env.SITEMESSAGE_TEST_POSTGRES_URL;
  const server = given === undefined ? await startPostgres() : undefined;
  const connectionString = given ?? (server?.connectionString as string);
  const bouncer = await startPgBouncer(connectionString);
  if (!bouncer) process.stdout.write('PgBouncer is not installed. Its tests use a pool that gives every transaction another connection.\n');
  provide('postgres', connectionString);
  provide('pgbouncer', bouncer?.connectionString ?? null);
  return async () => {
    await bouncer?.close();
    await server?.close();
  };
}
