import { createSitemessage, defineMessenger } from '@sitemessage/core';
import { Pool } from 'pg';
import { type PostgresPool, postgresStorage } from '../../src/index.ts';

/** The options, as JSON in the first argument. */
interface VanishingOptions {
  readonly connectionString: string;
  readonly schema: string;
}

/**
 * A worker that stops like a machine that loses its power: inside a transaction, after the first statement
 * that changes a row.
 */
const { connectionString, schema }: VanishingOptions = JSON.parse(process.argv[2] as string);
const pool = new Pool({ connectionString });

const stopping: PostgresPool = {
  async connect() {
    const connection = await pool.connect();
    let isOpen = false;
    return {
      async query(query) {
        const result = await connection.query(query);
        if (isOpen && /\b(delete|insert|update)\b/.test(query.text)) {
          process.send?.('stops');
          process.kill(process.pid, 'SIGSTOP');
        }
        isOpen ||= query.text.startsWith('begin');
        return result;
      },
      on: (event, listener) => connection.on(event, listener),
      off: (event, listener) => connection.off(event, listener),
      release: (error) => connection.release(error),
    };
  },
  end: () => pool.end(),
};

const post = defineMessenger({
  alias: 'post',
  package: 'post',
  title: 'Post',
  getAddress: (address: string) => address,
  create: (_: object) => ({ send: async () => undefined }),
});

createSitemessage({ storage: postgresStorage({ pool: stopping, schema }), messengers: [post({})] }).startWorker({ leaseMs: 2_000 });
