/**
 * A process that inserts the dispatches of a message with the fastest statement into our tables, and reports
 * the rate to its parent. It inserts pages on one connection and has all rows in memory before. It claims no
 * row, reads no subscriber and makes no id while it is timed.
 */
import { Client } from 'pg';
import { addressOf, newId } from '../fixtures.ts';
import type { ProcessOptions } from './subscribers.ts';

/** The report to the parent, in dispatches a second. */
export interface Stored {
  readonly rate: number;
}

/** The rows of one insertion: about as many as an expansion stores at once. */
const pageSize = 5_000;

const { connectionString, schema, kind, count } = JSON.parse(process.argv[2] as string) as ProcessOptions;
const table = `"${schema}".dispatches`;

interface Page {
  readonly ids: readonly string[];
  readonly addresses: readonly string[];
  readonly users: readonly string[];
}

const pages = Array.from({ length: Math.ceil(count / pageSize) }, (_, page): Page => {
  const indexes = Array.from({ length: Math.min(pageSize, count - page * pageSize) }, (_, index) => page * pageSize + index);
  return { ids: indexes.map(newId).sort(), addresses: indexes.map(addressOf), users: indexes.map(String) };
});

const client = new Client({ connectionString });
await client.connect();
// The commits of an expansion do not wait for the disk either.
await client.query('set synchronous_commit = off');
await client.query(`insert into "${schema}".messages (id, type, context, created_at) values ($1, 'plain', '{"text":"Hello"}', 1)`, [
  newId(),
]);

const insertAddresses = `insert into ${table} (id, message, queue, priority, due_at, changed_at, address)
  select d.id, 1, 1, 0, 1, 1, d.address from unnest($1::uuid[], $2::text[]) as d (id, address)`;
const insertUsers = `insert into ${table} (id, message, queue, priority, due_at, changed_at, address, recipient_id)
  select d.id, 1, 1, 0, 1, 1, d.address, d.recipient from unnest($1::uuid[], $2::text[], $3::text[]) as d (id, address, recipient)`;

globalThis.gc?.();
const start = performance.now();
for (const { ids, addresses, users } of pages) {
  if (kind === 'addresses') await client.query(insertAddresses, [ids, addresses]);
  else await client.query(insertUsers, [ids, addresses, users]);
}
const seconds = (performance.now() - start) / 1_000;
await client.end();
const stored: Stored = { rate: Math.round(count / seconds) };
process.send?.(stored, () => process.disconnect());
