import type { KeyUse, NewMessage } from '@sitemessage/core/storage';
import { checkKeyUse } from '@sitemessage/core/storage';
import type { Queries } from '../client.ts';

/**
 * Stores the idempotency keys of these messages: all or none, also in a transaction of the host. Returns the
 * messages to store: those without a key, and those whose key is new.
 *
 * @throws PermanentError `key_conflict` for a key that was used for another message.
 */
export function useKeys(db: Queries, messages: readonly NewMessage[]): readonly NewMessage[] {
  const used = new Map<string, KeyUse>();
  const usable = messages.filter((message) => {
    const { id, type, key } = message;
    if (!key) return true;
    const known = used.get(id) ?? db.get<KeyUse>('select type, fingerprint from sitemessage_keys where id = ?', id);
    if (known) checkKeyUse(message, known);
    else used.set(id, { type, fingerprint: key.fingerprint });
    return !known;
  });
  for (const [id, { type, fingerprint }] of used) {
    db.run('insert into sitemessage_keys (id, type, fingerprint) values (?, ?, ?)', id, type, fingerprint);
  }
  return usable;
}

/** Stores the time at which the message was deleted. */
export function releaseKey(db: Queries, message: string, now: number): void {
  db.run('update sitemessage_keys set released_at = ? where id = ?', now, message);
}

/** Deletes keys whose message was deleted before `before`. Each message with a key leaves one. */
export function deleteReleasedKeys(db: Queries, before: number, limit: number): void {
  db.run('delete from sitemessage_keys where id in (select id from sitemessage_keys where released_at < ? limit ?)', before, limit);
}
