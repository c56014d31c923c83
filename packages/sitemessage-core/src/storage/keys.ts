import { PermanentError } from '../errors.ts';
import type { KeyUse, NewMessage } from './records.ts';

/**
 * Compares a message with the use of its key that is stored. Storages call it for each message whose key
 * they know.
 *
 * @throws PermanentError of code `key_conflict` when the key was used for another message. It names the key
 * and both types.
 */
export function checkKeyUse({ type, key }: NewMessage, stored: KeyUse): void {
  if (key === undefined || key.fingerprint === stored.fingerprint) return;
  const difference =
    type === stored.type
      ? `for a "${type}" message with another context`
      : `for a "${stored.type}" message, and this one is of type "${type}"`;
  throw new PermanentError(`\`key\` is "${key.name}", which was used ${difference}. Give each occasion its own key.`, {
    code: 'key_conflict',
  });
}
