import type { TestProject } from 'vitest/node';
import { startPgBouncer } from './pgbouncer.ts';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a PostgreSQL that every test file shares. */
    postgres: string;
    /** The same through PgBouncer in transaction mode, where that is on the machine. */
    pgbouncer: string | null;
  }
}

/** One server for all test files: SITEMESSAGE_TEST_POSTGRES_URL, or one that is started here. */
export default async function setUp({ provide }: TestProject): Promise<() => Promise<void>> {
  const given = process.env.SITEMESSAGE_TEST_POSTGRES_URL;
  const server = given === undefined ? await startPostgres() : undefined;
  const connectionString = given ?? (server?.connectionString as string);
  const bouncer = await startPgBouncer(connectionString);
  if (!bouncer)
    process.stdout.write(
      'PgBouncer is not on this machine: its place is taken by a pool that gives every transaction another connection.\n',
    );
  provide('postgres', connectionString);
  provide('pgbouncer', bouncer?.connectionString ?? null);
  return async () => {
    await bouncer?.close();
    await server?.close();
  };
}
