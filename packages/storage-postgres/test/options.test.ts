import { inspect } from 'node:util';
import { Pool } from 'pg';
import { describe, expect, it } from 'vitest';
import { type PostgresStorageOptions, postgresStorage } from '../src/index.ts';

const connectionString = 'postgres://shop:hunter2-hunter2@127.0.0.1:1/shop';
const unreadable = 'postgres://shop:hunter2@hunter2:x@127.0.0.1:port/shop';
const unlikeUrl = 'must look like postgres://user:password@host:5432/database.';
const cannotBeRead =
  'cannot be read. Percent-encode special characters of the user and the password (@ is %40). Check the files that it names.';
const pool = { connect: () => Promise.reject(new Error('not in this test')), end: async () => undefined };

describe('an option', () => {
  it.each<[given: unknown, field: string, problem: string]>([
    [undefined, 'options', 'must be an object, not undefined.'],
    [null, 'options', 'must be an object, not null.'],
    [connectionString, 'options', 'must be an object, not a string.'],
    [{}, 'connectionString', 'is missing. Pass it, or a `pool`.'],
    [{ connectionString, pool }, 'connectionString', 'and `pool` exclude each other. Pass one of them.'],
    [{ connectionString: '127.0.0.1' }, 'connectionString', unlikeUrl],
    [{ connectionString: 'mysql://127.0.0.1/shop' }, 'connectionString', unlikeUrl],
    [{ connectionString, connections: 0 }, 'connections', 'must be an integer, 1 or more, not 0.'],
    [{ connectionString, connections: 2.5 }, 'connections', 'must be an integer, 1 or more, not 2.5.'],
    [{ connectionString, schema: '' }, 'schema', 'must be a name of 1 to 63 bytes.'],
    [{ connectionString, schema: 'ü'.repeat(32) }, 'schema', 'must be a name of 1 to 63 bytes.'],
    [{ connectionString, schema: 7 }, 'schema', 'must be a name of 1 to 63 bytes.'],
    [{ connectionString, schema: 'a\0b' }, 'schema', 'holds a NUL or half of a surrogate pair.'],
    [{ connectionString, schema: 'a\ud800b' }, 'schema', 'holds a NUL or half of a surrogate pair.'],
    [{ connectionString, schema: 'pg_shop' }, 'schema', 'begins with pg_, which PostgreSQL keeps for itself. Choose another name.'],
    [{ pool: {} }, 'pool', 'must be a pool of `pg`.'],
    [{ pool: null }, 'pool', 'must be a pool of `pg`.'],
    [{ pool, connections: 5 }, 'connections', 'and `pool` exclude each other. Set `max` of the pool.'],
    [{ connectionString: unreadable }, 'connectionString', cannotBeRead],
    [{ connectionString: 'postgres://db.example.com/shop?sslrootcert=/no/such/file' }, 'connectionString', cannotBeRead],
    [{ connectionString, listenConnectionString: unreadable }, 'listenConnectionString', cannotBeRead],
    [{ pool, listenConnectionString: 'db.example.com' }, 'listenConnectionString', unlikeUrl],
  ])('%j is refused by name', (given, field, problem) => {
    const make = () => postgresStorage(given as PostgresStorageOptions);
    expect(make).toThrow(`\`${field}\` of postgresStorage ${problem}`);
    expect(make).toThrow(expect.objectContaining({ kind: 'configuration', code: 'option_invalid', field }));
    expect(make).not.toThrow('hunter2');
  });

  it.each([
    { connectionString, conections: 5 },
    { connectionString, conections: undefined },
  ])('%j is unknown', (given) => {
    const make = () => postgresStorage(given as PostgresStorageOptions);
    expect(make).toThrow('`conections` is not an option of postgresStorage.');
    expect(make).toThrow('Did you mean "connections"?');
    expect(make).toThrow(expect.objectContaining({ kind: 'configuration', code: 'option_unknown', field: 'conections' }));
  });
});

it('an undefined option counts as left out', async () => {
  const storage = postgresStorage({ pool, connections: undefined, schema: undefined } as unknown as PostgresStorageOptions);
  await storage.close();
});

it('a storage shows no password when it is inspected', async () => {
  const storage = postgresStorage({ connectionString, listenConnectionString: connectionString });
  expect(inspect(storage, { depth: null, showHidden: true }) + JSON.stringify(storage)).not.toContain('hunter2');
  await storage.close();
});

it.each<[what: string, options: PostgresStorageOptions, concurrency: number]>([
  ['a URL', { connectionString }, 10],
  ['a URL and a number', { connectionString, connections: 3 }, 3],
  ['a pool without `max`', { pool }, 10],
  ['a pool with `max`', { pool: { ...pool, options: { max: 4 } } }, 4],
  ['a pool with a wrong `max`', { pool: { ...pool, options: { max: 0.5 } } }, 10],
  ['a pool of `pg`', { pool: new Pool({ max: 2 }) }, 2],
])('runs as many statements at the same time as there are connections, given %s', async (_, options, concurrency) => {
  const storage = postgresStorage(options);
  expect(storage.concurrency).toBe(concurrency);
  await storage.close();
});
