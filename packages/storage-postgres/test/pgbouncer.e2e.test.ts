import { randomUUID } from 'node:crypto';
import { storageContract } from '@sitemessage/core/testing';
import { startPgBouncer } from '@sitemessage/test-support/pgbouncer';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { afterAll, describe, it } from 'vitest';
import { postgresStorage } from '../src/index.ts';

const server = await startPostgres();
const pooler = await startPgBouncer(server.connectionString);
afterAll(async () => {
  await pooler?.close();
  await server.close();
});

if (pooler) {
  const { connectionString } = pooler;
  const create = async () => postgresStorage({ connectionString, schema: `test_${randomUUID()}`, connections: 5 });
  describe('PostgreSQL behind PgBouncer in transaction mode', () => storageContract({ describe, it }, { create }));
} else {
  it('PgBouncer is not installed: test/pooler.test.ts uses a pool that gives every transaction another connection', () => undefined);
}
