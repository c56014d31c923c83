import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import type { Candidate } from '../compare.ts';
import { addressOf, newId } from '../fixtures.ts';

const insertedAtOnce = 10_000;
const claimedAtOnce = 1_000;
const settledAtOnce = 50;

/** The least work of a queue in this file: our tables and settings, and prepared statements. */
export async function floor(folder: string): Promise<Candidate> {
  const path = join(folder, 'messages.db');
  const storage = sqliteStorage({ path });
  await storage.migrate();
  await storage.close();
  const db = new DatabaseSync(path);
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -16384');
  db.exec("insert into sitemessage_messages (id, type, context, created_at) values ('m', 'plain', '{}', 1)");
  db.exec("insert into sitemessage_queues (messenger, type) values ('nothing', 'plain')");
  const insert = db.prepare(
    `insert into sitemessage_dispatches (id, message, queue, priority, due_at, status, attempt, changed_at, address)
     values (?, 1, 1, 0, 1, 'pending', 0, 1, ?)`,
  );
  const highest = db.prepare(
    'select priority from sitemessage_dispatches where queue = 1 and due_at is not null and priority < ? order by priority desc limit 1',
  );
  const due = db.prepare(
    'select id from sitemessage_dispatches where queue = 1 and priority = ? and due_at <= 2 order by due_at, id limit ?',
  );
  const lease = db.prepare(
    `update sitemessage_dispatches set status = 'processing', token = ?, due_at = 60000, attempt = attempt + 1, changed_at = 2
     where id in (select value from json_each(?)) returning id, address, attempt`,
  );
  const settle = db.prepare(
    `update sitemessage_dispatches set status = 'sent', due_at = null, changed_at = 3, token = null
     where id = ? and token = ? and status = 'processing'`,
  );
  const transaction = <T>(work: () => T): T => {
    db.exec('begin immediate');
    const result = work();
    db.exec('commit');
    return result;
  };
  const claim = (token: string): string[] =>
    transaction(() => {
      const lane = highest.get(Number.MAX_SAFE_INTEGER);
      if (!lane) return [];
      const ids = due.all(lane.priority as number, claimedAtOnce).map(({ id }) => id);
      return lease.all(token, JSON.stringify(ids)).map(({ id }) => id as string);
    });
  return {
    async schedule(count) {
      for (let start = 0; start < count; start += insertedAtOnce) {
        const ids = Array.from({ length: Math.min(insertedAtOnce, count - start) }, newId).sort();
        transaction(() => {
          for (const [index, id] of ids.entries()) insert.run(id, addressOf(start + index));
        });
      }
    },
    async drain() {
      for (let done = 0; ; ) {
        const token = randomUUID();
        const ids = claim(token);
        if (ids.length === 0) return done;
        for (let start = 0; start < ids.length; start += settledAtOnce) {
          transaction(() => {
            for (const id of ids.slice(start, start + settledAtOnce)) done += Number(settle.run(id, token).changes);
          });
        }
      }
    },
    close: async () => db.close(),
  };
}
