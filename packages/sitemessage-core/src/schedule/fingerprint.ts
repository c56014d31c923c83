import { uuidOf } from '../recipients/ids.ts';

/**
 * Returns what tells one use of a key from another: a hash of the type and the context, the same in whichever order the context's
 * fields come. It takes the key in, so that short contexts, such as a code of 4 digits, cannot be looked up in a table of hashes.
 */
export function fingerprintOf(key: string, type: string, context: string): string {
  return uuidOf(`${JSON.stringify([key, type])}\n${canonicalJson(context)}`);
}

function canonicalJson(json: string): string {
  return JSON.stringify(JSON.parse(json), (_, value: unknown) => (isFields(value) ? inOrder(value) : value));
}

const isFields = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

const inOrder = (fields: object): object => Object.fromEntries(Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)));
