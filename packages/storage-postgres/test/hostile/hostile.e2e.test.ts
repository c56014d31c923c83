import { randomUUID } from 'node:crypto';
import { storageContract } from '@sitemessage/core/testing';
import { type PostgresServer, startPostgres } from '@sitemessage/test-support/postgres';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresStorage } from '../../src/index.ts';
import { fillPublic } from './schema.ts';

let server: PostgresServer;
let traps = 0;

beforeAll(async () => {
  server = await startPostgres();
  traps = await fillPublic(server.connectionString);
});

afterAll(() => server.close());

const create = async () => postgresStorage({ connectionString: server.connectionString, schema: `test_${randomUUID()}`, connections: 5 });

describe('PostgreSQL with traps in the schema `public`', () => {
  it('catches unqualified names of other programs', async () => {
    expect(traps).toBeGreaterThan(5_000);
    const client = new Client({ connectionString: server.connectionString });
    await client.connect();
    const captured = { code: 'P0666' };
    for (const sql of [
      "select unnest('{a}'::text[])",
      "select hashtextextended('a', 0)",
      "select 'a'::text = 'a'::varchar",
      'select 1::numeric * 2',
    ]) {
      await expect(client.query(sql), sql).rejects.toMatchObject(captured);
    }
    await client.end();
  });

  storageContract({ describe, it }, { create });
});
