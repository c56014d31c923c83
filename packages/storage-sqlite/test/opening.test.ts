import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import BetterSqlite3 from 'better-sqlite3';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type SqliteDatabase, type SqliteStorageOptions, sqliteStorage } from '../src/index.ts';
import { newFile, newFolder, openHandle } from './database-file.ts';

/** Opens a storage with any value, as a caller from JavaScript may. */
const open = (options: unknown): unknown => sqliteStorage(options as SqliteStorageOptions);

const configuration = (message: string): object => ({ kind: 'configuration', message: expect.stringContaining(message) });

const invalid = (field: string, problem: string): object => ({
  ...configuration(`\`${field}\` of sqliteStorage ${problem}`),
  code: 'option_invalid',
  field,
});

it.each([
  [undefined, 'undefined'],
  [null, 'null'],
  ['messages.db', 'a string'],
])('refuses %j instead of options', (options, kind) => {
  expect(() => open(options)).toThrow(expect.objectContaining(invalid('options', `must be an object, not ${kind}.`)));
});

it.each([{}, { path: undefined, database: undefined }])('asks for a path or a handle when it gets %j', (options) => {
  expect(() => open(options)).toThrow(expect.objectContaining(invalid('path', 'is missing.')));
});

it('does not choose between a path and a handle', async () => {
  const path = await newFile();
  expect(() => open({ path, database: openHandle(path) })).toThrow(
    expect.objectContaining(invalid('path', 'and `database` exclude each other.')),
  );
});

it.each([
  { path: ':memory:', readonly: true },
  { path: ':memory:', databse: undefined },
])('refuses an unknown option: %j', (options) => {
  const name = Object.keys(options)[1];
  expect(() => open(options)).toThrow(
    expect.objectContaining({
      ...configuration(`\`${name}\` is not an option of sqliteStorage. Options: path, database.`),
      code: 'option_unknown',
      field: name,
    }),
  );
});

it.each(['', null, 7, new URL('file:///tmp/messages.db')])('refuses %o as a path', (path) => {
  expect(() => open({ path })).toThrow(expect.objectContaining(invalid('path', 'must be the path')));
});

it('asks for a path instead of the text of a URL', () => {
  expect(() => open({ path: 'file:///tmp/messages.db' })).toThrow(expect.objectContaining(configuration('Pass a path')));
});

it('says that a runtime without node:sqlite needs better-sqlite3', () => {
  const builtin = vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never);
  onTestFinished(() => builtin.mockRestore());
  expect(() => open({ path: ':memory:' })).toThrow(
    expect.objectContaining({ ...configuration('needs node:sqlite, which this runtime does not have'), code: 'sqlite_missing' }),
  );
});

it('names a missing folder', async () => {
  const folder = join(await newFolder(), 'missing');
  expect(() => open({ path: join(folder, 'messages.db') })).toThrow(
    expect.objectContaining({ ...configuration(`there is no folder "${folder}"`), code: 'database_unopenable' }),
  );
});

it('names a path that is not a file', async () => {
  const path = await newFolder();
  expect(() => open({ path })).toThrow(
    expect.objectContaining({ ...configuration(`"${path}", which cannot be opened: unable to open`), code: 'database_unopenable' }),
  );
});

it('names a file that is not a database, and does not change it', async () => {
  const path = await newFile();
  const text = 'ann@example.com\nbob@example.org\n';
  await writeFile(path, text);
  expect(() => open({ path })).toThrow(
    expect.objectContaining({ ...configuration(`"${path}", which cannot be opened: file is not a database`), code: 'database_unopenable' }),
  );
  expect(() => open({ database: openHandle(path) })).toThrow(
    expect.objectContaining(configuration('`database` of sqliteStorage cannot be read: file is not a database')),
  );
  expect(await readFile(path, 'utf8')).toBe(text);
});

const closed = <T extends { close(): unknown }>(handle: T): T => {
  handle.close();
  return handle;
};

it.each<[what: string, handle: () => unknown]>([
  ['null', () => null],
  ['a string', () => 'messages.db'],
  ['a pool of another database', () => ({ query: () => undefined, end: () => undefined })],
  [
    'an object that only looks like a handle',
    () => ({ exec: () => undefined, prepare: () => ({ get: () => undefined }), close: () => undefined }),
  ],
  ['a closed handle of node:sqlite', () => closed(new DatabaseSync(':memory:'))],
  ['a closed handle of better-sqlite3', () => closed(new BetterSqlite3(':memory:'))],
  ['a handle that returns rows as arrays', () => new DatabaseSync(':memory:', { returnArrays: true })],
])('refuses %s as a handle', (_what, handle) => {
  expect(() => open({ database: handle() })).toThrow(
    expect.objectContaining(configuration('`database` of sqliteStorage must be an open handle of node:sqlite')),
  );
});

it.each<[what: string, handle: () => unknown]>([
  ['node:sqlite', () => new DatabaseSync(':memory:', { readBigInts: true })],
  ['better-sqlite3', () => new BetterSqlite3(':memory:').defaultSafeIntegers()],
])('explains how to open a handle of %s that returns integers as bigint', (_what, handle) => {
  expect(() => open({ database: handle() })).toThrow(expect.objectContaining(configuration('Open it without `readBigInts`')));
});

it.each<[what: string, options: (path: string) => SqliteStorageOptions, handle: (path: string) => SqliteDatabase]>([
  ['a path', (path) => ({ path }), (path) => new DatabaseSync(path)],
  ['a handle of node:sqlite', (path) => ({ database: new DatabaseSync(path) }), (path) => new DatabaseSync(path)],
  ['a handle of better-sqlite3', (path) => ({ database: new BetterSqlite3(path) }), (path) => new BetterSqlite3(path)],
])('opens %s while another handle has locked the file, and waits for the lock later', async (_what, options, handle) => {
  const path = await newFile();
  const other = handle(path);
  onTestFinished(() => void other.close());
  other.exec('create table orders (id); begin exclusive');
  const storage = sqliteStorage(options(path));
  onTestFinished(() => storage.close());
  const migrated = storage.migrate();
  other.exec('commit');
  await migrated;
  expect(await storage.queue.counts()).toEqual([]);
});

it('may be closed twice', async () => {
  const storage = sqliteStorage({ path: await newFile() });
  await storage.migrate();
  await storage.close();
  await expect(storage.close()).resolves.toBeUndefined();
});

it('closes the handle of the caller', async () => {
  const database = new DatabaseSync(':memory:');
  await sqliteStorage({ database }).close();
  expect(database.isOpen).toBe(false);
});
