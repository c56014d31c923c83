import { Pool } from 'pg';
import { expect, it } from 'vitest';
import { type PostgresPool, postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

/**
 * Gives every transaction another connection, as a pooler in transaction mode does, and refuses state on a
 * connection.
 */
function pooler(pool: Pool): PostgresPool & { readonly statements: string[] } {
  const statements: string[] = [];
  return {
    statements,
    async connect() {
      const connection = await pool.connect();
      return {
        async query(query) {
          expect(Object.keys(query).sort()).toEqual(['query_timeout', 'text', 'types', 'values']);
          statements.push(query.text);
          return connection.query(query);
        },
        on: (event, listener) => connection.on(event, listener),
        off: (event, listener) => connection.off(event, listener),
        release() {
          // State of the session is lost with its connection.
          connection.release(true);
        },
      };
    },
    end: async () => undefined,
  };
}

it('keeps no state on a connection between transactions, and qualifies the name of every function', async () => {
  const { connectionString, schema } = newSchema();
  const pool = new Pool({ connectionString, max: 3 });
  const wire = pooler(pool);
  const storage = postgresStorage({ pool: wire, schema });
  await storage.migrate();
  const [m, n, d, e, t] = ['1', '2', '3', '4', '5'].map((end) => `018f3c1e-7b2a-7000-8000-00000000000${end}`) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const message = { id: m, type: 'plain', context: '{}', createdAt: 1 };
  const row = { id: d, messageId: m, messenger: 'smtp', type: 'plain', priority: 0, dueAt: 1, address: 'ann@example.com' };
  async function* rows() {
    yield { ...row, id: e, messageId: n };
  }
  await storage.queue.enqueue([message], [row], 1);
  await storage.queue.enqueue([{ ...message, id: n }], rows(), 1);
  await storage.queue.reserve([{ limits: [{ key: 'k', intervalMs: 10, burst: 1 }] }], 1, 2);
  await storage.queue.defer('k', 5);
  const claimed = await storage.queue.claim({ token: t, now: 2, leaseUntil: 9, limit: 10, messenger: 'smtp', types: ['plain'] });
  expect(claimed.claims.map(({ id }) => id)).toEqual([d, e]);
  await storage.queue.settle(t, [{ id: d, status: 'sent' }], 3);
  await storage.queue.prune({ now: 0, statuses: ['sent'], before: 9, abandonedBefore: 9, keysBefore: 9, dispatchesOnly: false, limit: 10 });
  await storage.close();
  await pool.end();
  for (const text of wire.statements) expect(text).not.toMatch(/^\s*(set|listen|prepare|declare|discard)\b|pg_advisory_lock|\btemp\b/i);
  // The search path would find a function of another user if it fits better than PostgreSQL's.
  const unqualified = /(?<![.\w"])(?!(?:any|array|coalesce|greatest)\()[a-z_]\w*\(/;
  for (const text of wire.statements) expect(text).not.toMatch(unqualified);
});
