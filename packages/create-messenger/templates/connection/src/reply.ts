/** What the server says. `re` is the id of the message that it answers; none for the login. CHANGE: what yours says. */
export interface Reply {
  readonly re?: string;
  readonly id?: string;
  readonly error?: string;
  readonly message?: string;
  readonly retryAfter?: number;
}

const types: Readonly<Record<keyof Reply, string>> = {
  re: 'string',
  id: 'string',
  error: 'string',
  message: 'string',
  retryAfter: 'number',
};

/** Undefined when it is none: with a part of another type a refusal could be taken for a success. */
export function readReply(line: string): Reply | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const isReply = Object.entries(types).every(([name, type]) => [type, 'undefined'].includes(typeof Reflect.get(value, name)));
    return isReply ? value : undefined;
  } catch {
    return undefined;
  }
}
