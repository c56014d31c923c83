import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a PostgreSQL that every test file shares. */
    postgres: string;
  }
}

/** One server for all test files: SITEMESSAGE_TEST_POSTGRES_URL, or one that is started here. */
export default async function setUp({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.SITEMESSAGE_TEST_POSTGRES_URL;
  if (given !== undefined) {
    provide('postgres', given);
    return undefined;
  }
  const server = await startPostgres();
  provide('postgres', server.connectionString);
  return () => server.close();
}
