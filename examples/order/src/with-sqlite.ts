/** An order and its confirmation, both or neither, in one file of SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import type { SqliteDatabase } from '@sitemessage/storage-sqlite';
import { confirmation, type Order } from './confirmation.ts';
import type { Shop } from './shop.ts';

export async function placeOrder(
  site: Shop<SqliteDatabase, readonly string[]>,
  db: DatabaseSync,
  order: Order,
): Promise<void> {
  const prepared = await site.prepare(
    confirmation({ item: order.item }),
    site.recipients('mail', order.email),
  );
  db.exec('begin immediate');
  try {
    db.prepare('insert into orders (email, item) values (?, ?)').run(
      order.email,
      order.item,
    );
    prepared.save(db);
    db.exec('commit');
  } catch (error) {
    db.exec('rollback');
    throw error;
  }
}
