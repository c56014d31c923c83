/** What a client says. */
export interface Request {
  readonly login?: string;
  readonly id?: string;
  readonly to?: string;
  readonly text?: string;
}

const names: readonly (keyof Request)[] = ['login', 'id', 'to', 'text'];

/** Undefined when it is none. */
export function readRequest(line: string): Request | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) return undefined;
    return names.every((name) => ['string', 'undefined'].includes(typeof Reflect.get(value, name))) ? value : undefined;
  } catch {
    return undefined;
  }
}
