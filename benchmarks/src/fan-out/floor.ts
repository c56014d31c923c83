/**
 * Stores the dispatches of a message by itself, and reports to its parent how that went: the quickest statement into our tables, page by page on
 * one connection, with everything in memory before. No row is claimed and no subscriber read; no id is made.
 */
import { Client } from 'pg';
import { addressOf, newId } from '../queue/addresses.ts';
import type { Orders, Stored } from './orders.ts';

/** About as many as an expansion stores at once: two parts, and more where the server is quick. */
const pageSize = 5_000;

const { connectionString, schema, kind, count } = JSON.parse(process.argv[2] as string) as Orders;
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
// No more than an expansion, whose commits do not wait for the disk.
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
