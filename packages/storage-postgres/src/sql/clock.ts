import type { Client } from '../client.ts';

/** The server's own, and not that of the transaction, which stands still. */
export async function clock(client: Client): Promise<number> {
  const [row] = await client.all<{ now: number }>(
    "select (pg_catalog.date_part('epoch', pg_catalog.clock_timestamp()) * 1000::double precision)::bigint as now",
  );
  return (row as { now: number }).now;
}
