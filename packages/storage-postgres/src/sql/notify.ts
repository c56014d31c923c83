import type { Queries } from '../client.ts';

/** Wakes idle workers when the transaction commits, if they listen. */
export async function notify(db: Queries): Promise<void> {
  if (db.channel !== undefined) await db.run("select pg_catalog.pg_notify($1, '')", db.channel);
}
