/** A field of what was thrown. That may be anything: a pool, and a transaction, of the host's reject with what they please. */
export function fieldOf(thrown: unknown, name: string): unknown {
  if ((typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null) return undefined;
  try {
    return Reflect.get(thrown, name);
  } catch {
    return undefined;
  }
}

/** What `pg` threw. Libraries put it into an error of their own, whose message may show the parameters: Drizzle does. */
function reasonOf(thrown: unknown): unknown {
  const cause = fieldOf(thrown, 'cause');
  return typeof fieldOf(thrown, 'code') !== 'string' && typeof fieldOf(cause, 'code') === 'string' ? cause : thrown;
}

/** Its SQLSTATE, or a name of Node's. */
export function codeOf(thrown: unknown): string | undefined {
  const code = fieldOf(reasonOf(thrown), 'code');
  return typeof code === 'string' ? code : undefined;
}

export function messageOf(thrown: unknown): string {
  const message = fieldOf(reasonOf(thrown), 'message');
  return typeof message === 'string' ? message : '';
}
