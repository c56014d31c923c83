import { once } from 'node:events';
import { inspect } from 'node:util';
import { errorKind } from '@sitemessage/core';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { Client, Pool } from 'pg';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { postgresStorage } from '../src/index.ts';
import { newSchema } from './schemas.ts';

async function rejection(work: Promise<unknown>): Promise<Error & { readonly code?: string }> {
  return work.then(
    () => expect.fail('it should have failed'),
    (error) => error,
  );
}

/** Returns the URL of the shared server with a change. */
function elsewhere(change: (url: URL) => void): string {
  const url = new URL(inject('postgres'));
  change(url);
  return url.href;
}

describe('a server', () => {
  it('that cannot be reached is an outage', async () => {
    const storage = postgresStorage({
      connectionString: elsewhere((url) => {
        url.port = '1';
      }),
    });
    const error = await rejection(storage.migrate());
    expect(errorKind(error)).toBe('transient');
    expect(error).toMatchObject({ code: 'storage_unreachable' });
    await storage.close();
  });

  it('that refuses the password is a wrong configuration, and the error does not show the password', async () => {
    const storage = postgresStorage({
      connectionString: elsewhere((url) => {
        url.password = 'wrong-hunter2';
      }),
    });
    const error = await rejection(storage.clock());
    expect(error).toMatchObject({ kind: 'configuration', code: 'storage_refused' });
    expect(inspect(error, { depth: null, showHidden: true }) + JSON.stringify(error)).not.toContain('wrong-hunter2');
    await storage.close();
  });

  it('without the database is a wrong configuration', async () => {
    const storage = postgresStorage({
      connectionString: elsewhere((url) => {
        url.pathname = '/nowhere';
      }),
    });
    expect(await rejection(storage.clock())).toMatchObject({ kind: 'configuration', code: 'storage_refused' });
    await storage.close();
  });

  it('without the tables is a wrong configuration', async () => {
    const storage = postgresStorage(newSchema());
    expect(await rejection(storage.queue.counts())).toMatchObject({ kind: 'configuration', code: 'storage_not_migrated' });
    await storage.close();
  });

  it('that restarts is used again, with its rows', { timeout: 60_000 }, async () => {
    const server = await startPostgres();
    onTestFinished(() => server.close());
    const storage = postgresStorage({ connectionString: server.connectionString });
    await storage.migrate();
    await storage.queue.enqueue([{ id: '018f3c1e-7b2a-7000-8000-000000000001', type: 'plain', context: '{}', createdAt: 1 }], [], 1);
    await server.stop();
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(await rejection(storage.clock())).toMatchObject({ kind: 'transient', code: 'storage_unreachable' });
    }
    await server.start();
    await storage.clock();
    expect(
      await storage.queue.enqueue([{ id: '018f3c1e-7b2a-7000-8000-000000000001', type: 'plain', context: '{}', createdAt: 1 }], [], 1),
    ).toEqual([]);
    await storage.close();
  });

  it('that cuts a connection during a statement is an outage, and the next statement has another connection', async () => {
    const { connectionString, schema } = newSchema();
    const pool = new Pool({ connectionString, max: 1 });
    pool.on('error', () => undefined);
    const storage = postgresStorage({ pool, schema });
    await storage.migrate();
    // `admin` has no transaction open: inside one, pg_stat_activity does not change.
    const [holder, admin] = [new Client({ connectionString }), new Client({ connectionString })];
    for (const client of [holder, admin]) {
      await client.connect();
      onTestFinished(() => client.end());
    }
    await holder.query('begin');
    await holder.query(`lock table "${schema}".dispatches`);
    const counting = rejection(storage.queue.counts());
    await expect
      .poll(async () => {
        const { rowCount } = await admin.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and query like $1`,
          [`%"${schema}".dispatches%`],
        );
        return rowCount;
      })
      .toBe(1);
    expect(await counting).toMatchObject({ kind: 'transient', code: 'storage_unreachable' });
    await holder.query('rollback');
    expect(await storage.queue.counts()).toEqual([]);
    await storage.close();
    await pool.end();
  });
});

describe('a storage that is closed', () => {
  const closed = { kind: 'configuration', code: 'storage_closed' };
  const pg = () => new Pool({ connectionString: inject('postgres') });

  it.each<[what: string, pool: Pool | undefined]>([
    ['a URL', undefined],
    ['a pool, which stays open', pg()],
  ])('refuses everything, made of %s', async (_, pool) => {
    const { connectionString, schema } = newSchema();
    const storage = postgresStorage({ schema, ...(pool ? { pool } : { connectionString }) });
    await storage.migrate();
    await storage.close();
    expect(await rejection(storage.clock())).toMatchObject(closed);
    expect(await rejection(storage.queue.counts())).toMatchObject(closed);
    const saving = storage.enqueueIn({ query: () => expect.fail('it asked for something') }, [], [], 1);
    expect(await rejection(saving)).toMatchObject(closed);
    await pool?.query('select 1');
    await pool?.end();
  });

  it('refuses everything after the end of its pool', async () => {
    const pool = pg();
    const storage = postgresStorage({ pool, schema: newSchema().schema });
    await storage.migrate();
    await pool.end();
    const error = await rejection(storage.clock());
    expect(error).toMatchObject({ ...closed, message: expect.stringContaining('End it after `site.close()`') });
    await storage.close();
  });
});

it('a connection that is cut between two statements of a transaction does not end the process', async () => {
  const { connectionString, schema } = newSchema();
  const pool = new Pool({ connectionString, max: 1 });
  pool.on('error', () => undefined);
  onTestFinished(() => pool.end());
  const admin = new Client({ connectionString });
  await admin.connect();
  onTestFinished(() => admin.end());
  let cutAfter: string | undefined;
  const storage = postgresStorage({
    schema,
    pool: {
      async connect() {
        const connection = await pool.connect();
        return {
          async query(query) {
            const result = await connection.query(query);
            if (cutAfter !== undefined && query.text.startsWith(cutAfter)) {
              const broken = once(connection, 'error');
              await admin.query('select pg_terminate_backend($1)', [(connection as unknown as { processID: number }).processID]);
              await broken;
            }
            return result;
          },
          on: (event, listener) => connection.on(event, listener),
          off: (event, listener) => connection.off(event, listener),
          release: (error) => connection.release(error),
        };
      },
      end: async () => undefined,
    },
  });
  await storage.migrate();
  cutAfter = 'begin';
  const change = { add: [{ type: 'news', messenger: 'post', address: 'ann' }], remove: [] };
  expect(await rejection(storage.subscriptions.change(change, 1))).toMatchObject({ kind: 'transient', code: 'storage_unreachable' });
  cutAfter = undefined;
  expect(await storage.subscriptions.change(change, 1)).toEqual({ added: 1, removed: 0 });
});

it('two transactions in a deadlock both succeed', async () => {
  const storage = postgresStorage(newSchema());
  await storage.migrate();
  const limits = ['a', 'b', 'c', 'd'].map((key) => ({ key, intervalMs: 10, burst: 1_000 }));
  const reservations = Array.from({ length: 40 }, (_, index) =>
    storage.queue.reserve([{ limits: index % 2 === 0 ? limits : limits.toReversed() }], 1_000, 2_000),
  );
  const slots = (await Promise.all(reservations)).flat();
  expect(slots.every(({ granted }) => granted)).toBe(true);
  await storage.close();
});
