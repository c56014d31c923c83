import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { QueueStore } from '@sitemessage/core/storage';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import type { Crowd } from './crowds.ts';

export async function sqliteWith({ rows }: Crowd, folder: string): Promise<{ queue: QueueStore; close(): Promise<void> }> {
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
