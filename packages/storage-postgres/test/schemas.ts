import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, inject } from 'vitest';

const made: string[] = [];

/** Returns a new schema, which is dropped after the tests of the file. */
export function newSchema(): { readonly connectionString: string; readonly schema: string } {
  const schema = `test_${randomUUID()}`;
  made.push(schema);
  return { connectionString: inject('postgres'), schema };
}

afterAll(async () => {
  const client = new Client({ connectionString: inject('postgres') });
  await client.connect();
  await client.query('set client_min_messages = error');
  for (const schema of made.splice(0)) await client.query(`drop schema if exists ${client.escapeIdentifier(schema)} cascade`);
  await client.end();
});
