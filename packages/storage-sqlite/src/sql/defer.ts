import type { Client } from '../client.ts';
import { storable } from '../text.ts';

export async function defer(client: Client, key: string, until: number): Promise<void> {
  const name = storable(key, 'key');
  await client.write((db) =>
    db.run(
      `insert into sitemessage_paces (key, deferred_until) values (?, ?)
       on conflict (key) do update set deferred_until = max(deferred_until, excluded.deferred_until)`,
      name,
      until,
    ),
  );
}
