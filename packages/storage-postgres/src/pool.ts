import { Pool } from 'pg';
import { GuardedClient } from './guarded-client.ts';
import { hear } from './heard.ts';
import { createLines } from './lines.ts';
import type { PostgresPool } from './pg.ts';

/** A pool of our own. */
export function openPool(connectionString: string, connections: number): PostgresPool {
  const lines = createLines();
  const pool = new Pool({ connectionString, max: connections, Client: GuardedClient, ...lines.options });
  // A connection that breaks while nobody uses it is replaced when one is wanted.
  hear(pool);
  return { connect: () => pool.connect(), end: () => lines.ended(pool.end()) };
}
