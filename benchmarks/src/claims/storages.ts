import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { QueueStore } from '@sitemessage/core/storage';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import { Client } from 'pg';
import type { Backlog } from './backlogs.ts';

/** A queue with a backlog in it. */
interface FilledQueue {
  readonly queue: QueueStore;
  close(): Promise<void>;
}

/**
 * Inserts a backlog into a new schema as if it had been scheduled, and runs `vacuum analyze`, as autovacuum
 * would.
 */
export async function fillPostgres({ rows }: Backlog, connectionString: string, schema: string): Promise<FilledQueue> {
  const storage = postgresStorage({ connectionString, schema });
  await storage.migrate();
  const client = new Client({ connectionString });
  await client.connect();
  await client.query(`set search_path = "${schema}"`);
  await client.query(
    "insert into messages (id, type, context, created_at) select gen_random_uuid(), t, '{}', 1 from unnest(array['news', 'unknown']) t",
  );
  await client.query("insert into queues (messenger, type) values ('smtp', 'news'), ('smtp', 'unknown')");
  for (const { count, status, type, priority, dueAt } of rows) {
    await client.query(
      `insert into dispatches (id, message, queue, priority, due_at, changed_at, status, attempt, address)
       select gen_random_uuid(), 1, (select seq from queues where type = $1), $2, $3, 1, $4, 0, 'reader' || n || '@example.com' from generate_series(1, $5) n`,
      [type, priority, status === 'sent' ? null : dueAt, status, count],
    );
  }
  await client.query('vacuum analyze');
  return {
    queue: storage.queue,
    async close() {
      await storage.close();
      await client.query(`drop schema "${schema}" cascade`);
      await client.end();
    },
  };
}

/** Inserts a backlog into a new file, as if it had been scheduled. */
export async function fillSqlite({ rows }: Backlog, folder: string): Promise<FilledQueue> {
  const path = join(folder, 'messages.db');
  const storage = sqliteStorage({ path });
  await storage.migrate();
  const db = new DatabaseSync(path);
  db.exec("insert into sitemessage_messages (id, type, context, created_at) values ('1', 'news', '{}', 1)");
  db.exec("insert into sitemessage_queues (messenger, type) values ('smtp', 'news'), ('smtp', 'unknown')");
  for (const { count, status, type, priority, dueAt } of rows) {
    db.prepare(
      `with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ?)
       insert into sitemessage_dispatches (id, message, queue, priority, due_at, changed_at, status, attempt, address)
       select lower(hex(randomblob(18))), 1, (select seq from sitemessage_queues where type = ?), ?, ?, 1, ?, 0, 'reader' || n || '@example.com' from numbers`,
    ).run(count, type, priority, status === 'sent' ? null : dueAt, status);
  }
  db.close();
  return { queue: storage.queue, close: () => storage.close() };
}
