import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';

/** Returns the name of a new schema. A server that outlives the tests drops it after them. */
export function newSchema(): { readonly connectionString: string; readonly schema: string } {
  return { connectionString: inject('postgres'), schema: `${inject('schemaPrefix')}${randomUUID()}` };
}
