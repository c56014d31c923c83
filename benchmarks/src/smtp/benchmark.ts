import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { dropSchema } from '../postgres/schema.ts';
import type { Benchmark } from '../results.ts';
import { againstPool } from './against-pool.ts';

export function smtpOnSqlite(runs: number): Promise<Benchmark> {
  let folder = '';
  const place = {
    name: 'SQLite',
    async storage() {
      folder = await mkdtemp(join(tmpdir(), 'sitemessage-bench-'));
      return sqliteStorage({ path: join(folder, 'messages.db') });
    },
    clear: () => rm(folder, { recursive: true }),
  };
  return againstPool(place, runs, 0.9, 1.35);
}

export async function smtpOnPostgres(runs: number): Promise<Benchmark> {
  const server = await startPostgres({ durable: true });
  const { connectionString } = server;
  let schema = '';
  const place = {
    name: 'PostgreSQL',
    async storage() {
      schema = randomUUID();
      return postgresStorage({ connectionString, schema });
    },
    clear: () => dropSchema(connectionString, schema),
  };
  try {
    return await againstPool(place, runs, 0.9, 1.35);
  } finally {
    await server.close();
  }
}
