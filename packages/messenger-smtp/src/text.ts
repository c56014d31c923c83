import { types } from 'node:util';

/** Says what is wrong with a value that should be a text, and which mistake it probably is, to follow its name. Undefined for a text. */
export function textProblem(value: unknown, wanted = 'a string'): string | undefined {
  // With more around it, it may be a text about such a text.
  if (typeof value === 'string' && value.trim() === '[object Object]') {
    return 'is "[object Object]": an object became a text; give the field of it that was meant';
  }
  if (typeof value === 'string') return undefined;
  if (types.isUint8Array(value)) return `must be ${wanted}, not bytes; give \`buffer.toString()\``;
  if (types.isPromise(value)) return `must be ${wanted}, not a promise; await it first`;
  return `must be ${wanted}`;
}
