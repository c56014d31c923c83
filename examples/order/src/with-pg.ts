/** Stores an order and its confirmation, both or neither, with pg. */
import type { PostgresTransaction } from '@sitemessage/storage-postgres';
import type { Pool } from 'pg';
import { confirmation, type Order } from './confirmation.ts';
import type { Shop } from './shop.ts';

export async function placeOrder(
  site: Shop<PostgresTransaction, Promise<readonly string[]>>,
  pool: Pool,
  order: Order,
): Promise<void> {
  const prepared = await site.prepare(
    confirmation({ item: order.item }),
    site.recipients('mail', order.email),
  );
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('insert into orders (email, item) values ($1, $2)', [
      order.email,
      order.item,
    ]);
    await prepared.save(client);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}
