/** Stores an order and its confirmation, both or neither, in a transaction of Drizzle. */
import type { PostgresTransaction } from '@sitemessage/storage-postgres';
import { type SQL, sql } from 'drizzle-orm';
import type { NodePgDatabase } from 'drizzle-orm/node-postgres';
import { pgTable, serial, text } from 'drizzle-orm/pg-core';
import { confirmation, type Order } from './confirmation.ts';
import type { Shop } from './shop.ts';

const orders = pgTable('orders', {
  id: serial().primaryKey(),
  email: text().notNull(),
  item: text().notNull(),
});

export async function placeOrder(
  site: Shop<PostgresTransaction, Promise<readonly string[]>>,
  db: NodePgDatabase,
  order: Order,
): Promise<void> {
  const prepared = await site.prepare(
    confirmation({ item: order.item }),
    site.recipients('mail', order.email),
  );
  await db.transaction(async (transaction) => {
    await transaction.insert(orders).values(order);
    await prepared.save({
      query: (text, values) => transaction.execute(statement(text, values)),
    });
  });
}

/** Replaces each `$1` in the text by its value, because Drizzle numbers parameters itself. */
function statement(text: string, values: readonly unknown[]): SQL {
  const parts = text
    .split(/\$(\d+)/)
    .map((part, index) =>
      index % 2 === 0
        ? sql.raw(part)
        : sql`${sql.param(values[Number(part) - 1])}`,
    );
  return sql.join(parts);
}
