import type { KeyUse, NewMessage } from '@sitemessage/core/storage';
import { checkKeyUse } from '@sitemessage/core/storage';
import type { Queries } from '../client.ts';
import { unnest } from './table.ts';

/**
 * Remembers the keys of these messages: all of them or none, also in a transaction of the host, which must not be broken off. Waits for
 * another transaction that has used one of them. Returns the messages that may be stored: those without a key, and those whose key is new.
 *
 * @throws PermanentError for a key that was used for another message.
 */
export async function useKeys(db: Queries, messages: readonly NewMessage[]): Promise<readonly NewMessage[]> {
  const keyed = messages.filter(({ key }) => key);
  const added = new Set<string>();
  const stored = new Map<string, KeyUse>();
  // Twice when another transaction, which the first statement waited for, has used a key: the statement does not see that.
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

/** In the order of ids, so that two never wait for one another in turn. A key that is deleted and added meanwhile comes twice, the new one last. */
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
