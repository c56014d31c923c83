import { Pool } from 'pg';
import { createLines } from './lines.ts';
import type { PostgresPool } from './pg.ts';

/** A pool of our own. */
export function openPool(connectionString: string, connections: number): PostgresPool {
  const lines = createLines();
  const pool = new Pool({ connectionString, max: connections, ...lines.options });
  // A connection that breaks while nobody uses it is replaced when one is wanted.
  pool.on('error', () => undefined);
  return { connect: () => pool.connect(), end: () => lines.ended(pool.end()) };
}
