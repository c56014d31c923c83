import { randomUUID } from 'node:crypto';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { Pool } from 'pg';
import type { Candidate } from '../compare.ts';
import { addressOf, newId } from '../fixtures.ts';

const insertedAtOnce = 10_000;
const claimedAtOnce = 1_000;
const settledAtOnce = 50;

/**
 * The least work of a queue in this database: our tables and columns, and the fastest statements for them,
 * one after the other. It checks no address, makes no id, renders no message and reads no clock.
 */
export async function floor(connectionString: string): Promise<Candidate> {
  const schema = `floor_${randomUUID()}`;
  const storage = postgresStorage({ connectionString, schema });
  await storage.migrate();
  await storage.close();
  const pool = new Pool({ connectionString, max: 2 });
  const table = `"${schema}".dispatches`;
  return {
    async schedule(count) {
      await pool.query(`insert into "${schema}".messages (id, type, context, created_at) values ($1, 'plain', '{"text":"Hello"}', 1)`, [
        newId(),
      ]);
      await pool.query(`insert into "${schema}".queues (messenger, type) values ('nothing', 'plain')`);
      for (let start = 0; start < count; start += insertedAtOnce) {
        const indexes = Array.from({ length: Math.min(insertedAtOnce, count - start) }, (_, index) => start + index);
        await pool.query(
          `insert into ${table} (id, message, queue, priority, due_at, changed_at, address)
           select d.id, 1, 1, 0, 1, 1, d.address from unnest($1::uuid[], $2::text[]) as d (id, address)`,
          [indexes.map(newId).sort(), indexes.map(addressOf)],
        );
      }
    },
    async drain() {
      let done = 0;
      for (;;) {
        const token = randomUUID();
        const { rows } = await pool.query<{ id: string }>(claim(table), [[1], 2, claimedAtOnce, token, 60_000]);
        if (rows.length === 0) return done;
        for (let start = 0; start < rows.length; start += settledAtOnce) {
          const ids = rows.slice(start, start + settledAtOnce).map(({ id }) => id);
          const { rowCount } = await pool.query(
            `update ${table} set status = 'sent', due_at = null, changed_at = 3, token = null
             where id = any($1::uuid[]) and token = $2 and status = 'processing'`,
            [ids, token],
          );
          done += rowCount ?? 0;
        }
      }
    },
    async close() {
      await pool.query(`drop schema "${schema}" cascade`);
      await pool.end();
    },
  };
}

/** Claims from each queue and priority in turn, and locks rows where it finds them. */
const claim = (table: string): string => `
  with recursive priorities (priority) as (
    select max(priority) from ${table} where queue = any($1::integer[]) and due_at is not null
    union all
    select (select max(d.priority) from ${table} d where d.queue = any($1::integer[]) and d.due_at is not null and d.priority < p.priority)
    from priorities p where p.priority is not null
  ), picked as (
    select lane.id from priorities p, unnest($1::integer[]) as q (queue), lateral (
      select d.id from ${table} d
      where d.queue = q.queue and d.priority = p.priority and d.due_at <= $2
      order by d.due_at, d.id limit $3 for update skip locked
    ) lane limit $3
  )
  update ${table} d set status = 'processing', token = $4, due_at = $5, attempt = attempt + 1, changed_at = $2
  from picked where d.id = picked.id returning d.id, d.address, d.attempt`;
