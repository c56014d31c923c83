import type { QueueStore } from '@sitemessage/core/storage';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { Client } from 'pg';
import type { Crowd } from './crowds.ts';

/** Rows that lie as if they had been scheduled, with what a server finds out about them by itself in the background. */
export async function postgresWith(
  { rows }: Crowd,
  connectionString: string,
  schema: string,
): Promise<{ queue: QueueStore; close(): Promise<void> }> {
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
