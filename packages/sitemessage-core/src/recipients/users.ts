import type { SiteContext } from '../context.ts';
import { TransientError } from '../errors.ts';
import { kindOf } from '../foreign.ts';
import { invalidOption } from '../validate.ts';

/**
 * The application's user objects by id, of those that there are.
 *
 * @throws What `resolveUsers` of the site throws.
 */
export async function resolveUsers(ids: readonly string[], { users }: SiteContext): Promise<ReadonlyMap<string, unknown>> {
  if (ids.length === 0) return new Map();
  if (!users.resolve || !users.idOf) {
    throw new TransientError('There are users among the subscribers: give `resolveUsers` and `userId` to createSitemessage.', {
      code: 'users_unresolved',
    });
  }
  const found = new Map<string, unknown>();
  const given: unknown = await users.resolve([...new Set(ids)]);
  if (!isIterable(given))
    throw invalidOption('resolveUsers', `returned ${kindOf(given)}. It must return the users, as an array or another iterable`);
  for (const user of given) {
    const id = users.idOf(user as never);
    if (id !== undefined) found.set(String(id), user);
  }
  return found;
}

const isIterable = (given: unknown): given is Iterable<unknown> => typeof given === 'object' && given !== null && Symbol.iterator in given;
