import { inspect } from 'node:util';
import { errorKind } from '../errors.ts';
import type { DispatchError } from '../storage/records.ts';

const longest = 2_000;

/**
 * What is stored of an error. A provider's reply may hold anything; a NUL or half of a surrogate pair in one of them
 * must not make the database refuse the results of a whole group.
 */
export function storedError(error: unknown): DispatchError {
  const kind = errorKind(error);
  const code = (error as { code?: unknown } | null | undefined)?.code;
  const message = error instanceof Error ? error.message : (error as { message?: unknown } | null | undefined)?.message;
  return {
    kind,
    code: clean(typeof code === 'string' && code !== '' ? code : kind),
    message: clean(typeof message === 'string' ? message : inspect(error)),
  };
}

function clean(text: string): string {
  return text.slice(0, longest).replaceAll('\0', '').toWellFormed();
}
