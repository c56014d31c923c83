import { TransientError } from '../errors.ts';
import type { Parts } from '../parts.ts';

/**
 * The application's user objects by id, of those that there are.
 *
 * @throws What `resolveUsers` of the site throws.
 */
export async function resolveUsers(ids: readonly string[], { users }: Parts): Promise<ReadonlyMap<string, unknown>> {
  if (ids.length === 0) return new Map();
  if (!users.resolve || !users.idOf) {
    throw new TransientError('There are users among the subscribers: give `resolveUsers` and `userId` to createSitemessage.', {
      code: 'users_unresolved',
    });
  }
  const found = new Map<string, unknown>();
  for (const user of await users.resolve([...new Set(ids)])) {
    const id = users.idOf(user as never);
    if (id !== undefined) found.set(String(id), user);
  }
  return found;
}
