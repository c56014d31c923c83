import type { KeyUse, NewMessage } from '@sitemessage/core/storage';
import { checkKeyUse } from '@sitemessage/core/storage';
import type { Queries } from '../queries.ts';
import { unnest } from './table.ts';

/**
 * Stores the idempotency keys of these messages: all or none, and without breaking a transaction of the
 * host. Waits for another transaction that has used one of them. Returns the messages to store: those
 * without a key, and those whose key is new.
 *
 * @throws PermanentError `key_conflict` for a key that was used for another message.
 */
export async function useKeys(db: Queries, messages: readonly NewMessage[]): Promise<readonly NewMessage[]> {
  const keyed = messages.filter(({ key }) => key);
  const added = new Set<string>();
  const stored = new Map<string, KeyUse>();
  // A statement that waits for another transaction does not see the keys which that one stores. A second
  // one does.
  while (keyed.some(({ id }) => !stored.has(id))) {
    for (const { id, type, fingerprint, is_new } of await insertOrFind(db, keyed)) {
      stored.set(id, { type, fingerprint });
      if (is_new) added.add(id);
    }
  }
  try {
    for (const message of keyed) checkKeyUse(message, stored.get(message.id) as KeyUse);
  } catch (error) {
    await db.run(`delete from ${db.tables.keys} where id = any($1::uuid[])`, [...added]);
    throw error;
  }
  return messages.filter(({ id, key }) => !key || added.has(id));
}

interface Row extends KeyUse {
  readonly id: string;
  readonly is_new: boolean;
}

/**
 * Inserts in the order of ids, which avoids deadlocks. A key that is deleted and added meanwhile is returned
 * twice, the new one last.
 */
function insertOrFind({ all, tables: { keys } }: Queries, keyed: readonly NewMessage[]): Promise<readonly Row[]> {
  return all<Row>(
    `with added as (
       insert into ${keys} (id, type, fingerprint)
       select * from ${unnest('$1::uuid[]', '$2::text[]', '$3::uuid[]')} as k (id, type, fingerprint) order by id
       on conflict (id) do nothing returning id, type, fingerprint
     )
     select id, type, fingerprint, false as is_new from ${keys} where id = any($1::uuid[])
     union all
     select id, type, fingerprint, true from added`,
    keyed.map(({ id }) => id),
    keyed.map(({ type }) => type),
    keyed.map(({ key }) => key?.fingerprint),
  );
}

/** Deletes keys whose message is gone since before `before`. Each message with a key leaves one. */
export async function deleteReleasedKeys({ tables: { keys }, run }: Queries, before: number, limit: number): Promise<void> {
  await run(
    `delete from ${keys} where id in (select id from ${keys} where released_at < $1 order by released_at limit $2 for update skip locked)`,
    before,
    limit,
  );
}
