/** Stores an order and its confirmation, both or neither, in a transaction of Kysely. */
import type { PostgresTransaction } from '@sitemessage/storage-postgres';
import {
  CompiledQuery,
  type Generated,
  type Kysely,
  type Transaction,
} from 'kysely';
import { confirmation, type Order } from './confirmation.ts';
import type { Shop } from './shop.ts';

export interface Database {
  readonly orders: {
    readonly id: Generated<number>;
    readonly email: string;
    readonly item: string;
  };
}

export async function placeOrder(
  site: Shop<PostgresTransaction, Promise<readonly string[]>>,
  db: Kysely<Database>,
  order: Order,
): Promise<void> {
  const prepared = await site.prepare(
    confirmation({ item: order.item }),
    site.recipients('mail', order.email),
  );
  await db.transaction().execute(async (transaction) => {
    await transaction.insertInto('orders').values(order).execute();
    await prepared.save(asPostgres(transaction));
  });
}

const asPostgres = (
  transaction: Transaction<Database>,
): PostgresTransaction => ({
  query: (text, values) =>
    transaction.executeQuery(CompiledQuery.raw(text, values)),
});
