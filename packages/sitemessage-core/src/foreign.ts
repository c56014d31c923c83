/** A field of a value that came from elsewhere. Undefined when there is none, and when reading it throws. */
export function readField(from: unknown, field: string): unknown {
  if ((typeof from !== 'object' && typeof from !== 'function') || from === null) return undefined;
  try {
    return Reflect.get(from, field);
  } catch {
    return undefined;
  }
}

/** Names the kind of a value for an error. It shows nothing of the value, which may be a secret or an address. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (isPromise(value)) return 'a promise';
  if (value instanceof Uint8Array) return Buffer.isBuffer(value) ? 'a Buffer' : 'a Uint8Array';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `a ${typeof value}`;
}

/** Says how to get the right value. For the end of an error that names the wrong one. Empty when there is nothing to say. */
export function hintFor(value: unknown): string {
  if (isPromise(value)) return ' Await it first.';
  return value instanceof Uint8Array ? ' Pass a string, such as `buffer.toString()`.' : '';
}

/** Like {@link hintFor}, for the end of an error that does not name the wrong value. */
export function namedMistake(value: unknown): string {
  const hint = hintFor(value);
  return hint && ` There is ${kindOf(value)}.${hint}`;
}

export const isPromise = (value: unknown): value is PromiseLike<unknown> => typeof readField(value, 'then') === 'function';

/** Handles the rejection of a promise that a callback returned by mistake. Without a handler, it would end the process. */
export function ignore(given: unknown): void {
  if (isPromise(given)) Promise.resolve(given).catch(() => undefined);
}
