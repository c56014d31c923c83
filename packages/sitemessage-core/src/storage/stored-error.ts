import { inspect } from 'node:util';
import { errorKind } from '../errors.ts';
import { readField } from '../foreign.ts';
import type { DispatchError } from './records.ts';

const longest = 2_000;

/**
 * Returns an error as it is stored. A provider's reply may hold anything. A NUL or half of a surrogate pair
 * in one error must not make the database refuse the results of a whole group.
 */
export function storedError(error: unknown): DispatchError {
  const kind = errorKind(error);
  const code = readField(error, 'code');
  const message = readField(error, 'message');
  return {
    kind,
    code: clean(typeof code === 'string' && code !== '' ? code : kind),
    message: clean(typeof message === 'string' ? message : shown(error)),
  };
}

function shown(error: unknown): string {
  try {
    return inspect(error);
  } catch {
    return 'something that cannot be shown';
  }
}

function clean(text: string): string {
  return text.slice(0, longest).replaceAll('\0', '').toWellFormed();
}
