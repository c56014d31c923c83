/** A field of something that came from elsewhere. Undefined when there is none, and when reading it throws. */
export function readField(from: unknown, field: string): unknown {
  if ((typeof from !== 'object' && typeof from !== 'function') || from === null) return undefined;
  try {
    return Reflect.get(from, field);
  } catch {
    return undefined;
  }
}
