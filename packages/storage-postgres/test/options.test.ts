import { inspect } from 'node:util';
import { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { type PostgresStorageOptions, postgresStorage } from '../src/index.ts';

const connectionString = 'postgres://shop:hunter2-hunter2@127.0.0.1:1/shop';
const unreadable = 'postgres://shop:hunter2@hunter2:x@127.0.0.1:port/shop';
const cannotBeRead =
  'cannot be read; percent-encode what is special in user and password (@ is %40), and look whether the files that it names are there.';
const isNone = 'is no option; there are connectionString, connections, pool, schema, listenConnectionString.';
const pool = { connect: () => Promise.reject(new Error('not in this test')), end: async () => undefined };

describe('an option', () => {
  it.each<[given: unknown, message: string]>([
    [undefined, '`connectionString` is missing; give it, or a `pool`.'],
    [null, '`connectionString` is missing; give it, or a `pool`.'],
    [connectionString, '`connectionString` is missing; give it, or a `pool`.'],
    [{}, '`connectionString` is missing; give it, or a `pool`.'],
    [{ connectionString, pool }, '`connectionString` and `pool` exclude one another; leave one out.'],
    [{ connectionString: '127.0.0.1' }, '`connectionString` must look like postgres://user:password@host:5432/database.'],
    [{ connectionString: 'mysql://127.0.0.1/shop' }, '`connectionString` must look like postgres://user:password@host:5432/database.'],
    [{ connectionString, connections: 0 }, '`connections` must be an integer of at least 1.'],
    [{ connectionString, connections: 2.5 }, '`connections` must be an integer of at least 1.'],
    [{ connectionString, schema: '' }, '`schema` must be a name of 1 to 63 bytes.'],
    [{ connectionString, schema: 'ü'.repeat(32) }, '`schema` must be a name of 1 to 63 bytes.'],
    [{ connectionString, schema: 7 }, '`schema` must be a name of 1 to 63 bytes.'],
    [{ connectionString, schema: 'a\0b' }, '`schema` must hold no NUL and no half of a surrogate pair.'],
    [{ connectionString, schema: 'a\ud800b' }, '`schema` must hold no NUL and no half of a surrogate pair.'],
    [{ connectionString, schema: 'pg_shop' }, "`schema` must not begin with pg_, as PostgreSQL's own do."],
    [{ pool: {} }, '`pool` must be a pool of `pg`.'],
    [{ pool: null }, '`pool` must be a pool of `pg`.'],
    [{ pool, connections: 5 }, '`connections` and `pool` exclude one another; a pool has its own `max`.'],
    [{ connectionString, conections: 5 }, `\`conections\` ${isNone}`],
    [{ connectionString, conections: undefined }, `\`conections\` ${isNone}`],
    [{ connectionString: unreadable }, `\`connectionString\` ${cannotBeRead}`],
    [{ connectionString: 'postgres://db.example.com/shop?sslrootcert=/no/such/file' }, `\`connectionString\` ${cannotBeRead}`],
    [{ connectionString, listenConnectionString: unreadable }, `\`listenConnectionString\` ${cannotBeRead}`],
    [
      { pool, listenConnectionString: 'db.example.com' },
      '`listenConnectionString` must look like postgres://user:password@host:5432/database.',
    ],
  ])('%j is refused by name', (given, message) => {
    const make = () => postgresStorage(given as PostgresStorageOptions);
    expect(make).toThrow(`postgresStorage: ${message}`);
    expect(make).toThrow(expect.objectContaining({ kind: 'configuration', code: 'storage_option' }));
    expect(make).not.toThrow('hunter2');
  });
});

it('that is undefined is as if it were left out', async () => {
  const storage = postgresStorage({ pool, connections: undefined, schema: undefined } as unknown as PostgresStorageOptions);
  await storage.close();
});

it('shows no password, however it is inspected', async () => {
  const storage = postgresStorage({ connectionString, listenConnectionString: connectionString });
  expect(inspect(storage, { depth: null, showHidden: true }) + JSON.stringify(storage)).not.toContain('hunter2');
  await storage.close();
});

it.each<[what: string, options: PostgresStorageOptions, concurrency: number]>([
  ['an address', { connectionString }, 10],
  ['an address and a number', { connectionString, connections: 3 }, 3],
  ['a pool that does not say how many it makes', { pool }, 10],
  ['a pool that says so', { pool: { ...pool, options: { max: 4 } } }, 4],
  ['a pool that says something else', { pool: { ...pool, options: { max: 0.5 } } }, 10],
  ['a pool of `pg`', { pool: new Pool({ max: 2 }) }, 2],
])('works on as many statements at once as there are connections, be it given %s', async (_, options, concurrency) => {
  const storage = postgresStorage(options);
  expect(storage.concurrency).toBe(concurrency);
  await storage.close();
});
