import type { Client } from '../client.ts';
import { paceKey } from './pace-key.ts';

export async function defer(client: Client, key: string, until: number): Promise<void> {
  const { paces } = client.tables;
  await client.run(
    `insert into ${paces} as p (key, deferred_until) values ($1, $2)
     on conflict (key) do update set deferred_until = excluded.deferred_until where p.deferred_until < excluded.deferred_until`,
    paceKey(key),
    until,
  );
}
