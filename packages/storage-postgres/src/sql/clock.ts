import type { Client } from '../client.ts';

/** The server's own, and not that of the transaction, which stands still. */
export async function clock(client: Client): Promise<number> {
  const [row] = await client.all<{ now: number }>('select (extract(epoch from clock_timestamp()) * 1000)::bigint as now');
  return (row as { now: number }).now;
}
