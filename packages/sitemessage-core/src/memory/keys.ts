import { checkKeyUse } from '../storage/keys.ts';
import type { KeyUse, NewMessage } from '../storage/records.ts';

/** The idempotency keys by message id. A key outlives its message. */
export interface Keys {
  /**
   * Stores the keys of these messages: all of them or none. Returns the messages that have no key or a new
   * one.
   *
   * @throws PermanentError `key_conflict` for a key that was used for another message.
   */
  use(messages: readonly NewMessage[]): readonly NewMessage[];
  /** Stores the time at which the message was deleted. */
  release(id: string, now: number): void;
  /** Deletes up to `limit` keys whose message was deleted before this time. */
  deleteBefore(time: number, limit: number): void;
}

export function createKeys(): Keys {
  const keys = new Map<string, KeyUse & { readonly releasedAt?: number }>();
  return {
    use(messages) {
      const used = new Map<string, KeyUse>();
      const usable = messages.filter((message) => {
        const { id, type, key } = message;
        if (!key) return true;
        const known = keys.get(id) ?? used.get(id);
        if (known) checkKeyUse(message, known);
        else used.set(id, { type, fingerprint: key.fingerprint });
        return !known;
      });
      for (const [id, use] of used) keys.set(id, use);
      return usable;
    },
    release(id, now) {
      const use = keys.get(id);
      if (use) keys.set(id, { ...use, releasedAt: now });
    },
    deleteBefore(time, limit) {
      let deleted = 0;
      for (const [id, { releasedAt }] of keys) {
        if (deleted >= limit) return;
        if (releasedAt === undefined || releasedAt >= time) continue;
        keys.delete(id);
        deleted += 1;
      }
    },
  };
}
