import { expect, it } from 'vitest';
import { sqliteStorage } from '../src/index.ts';
import { firstSchema } from '../src/schema.ts';
import { newFile, openHandle, openStorage } from './database-file.ts';

it('refuses a database that a newer version has migrated', async () => {
  const path = await newFile();
  await openStorage(path);
  openHandle(path).exec('insert into sitemessage_migrations (version) values (99)');
  const storage = sqliteStorage({ path });
  await expect(storage.migrate()).rejects.toMatchObject({
    kind: 'configuration',
    code: 'schema_newer',
    message: expect.stringContaining('schema 99 of a newer @sitemessage/storage-sqlite. This version knows schemas up to 3.'),
  });
  await storage.close();
});

it("does not change the host application's tables and its user_version", async () => {
  const path = await newFile();
  const host = openHandle(path);
  host.exec(
    'pragma user_version = 42; create table messages (id integer); insert into messages values (7); create view v as select 1 as one',
  );
  const { queue } = await openStorage(path);
  await queue.enqueue([{ id: 'm', type: 'news', context: '{}', createdAt: 0 }], [], 0);
  expect(host.prepare('pragma user_version').get()).toEqual({ user_version: 42 });
  expect(host.prepare('select id from messages').all()).toEqual([{ id: 7 }]);
  expect(host.prepare('select one from v').all()).toEqual([{ one: 1 }]);
});

it('creates only objects whose names begin with sitemessage_', async () => {
  const path = await newFile();
  await openStorage(path);
  const names = openHandle(path).prepare("select name from sqlite_schema where name not like 'sqlite_autoindex_sitemessage_%'").all();
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter(({ name }) => !String(name).startsWith('sitemessage_'))).toEqual([]);
});

it('migrates once when it is called several times', async () => {
  const path = await newFile();
  const storage = await openStorage(path);
  await Promise.all([storage.migrate(), storage.migrate()]);
  const other = await openStorage(path);
  await other.migrate();
  expect(openHandle(path).prepare('select version from sitemessage_migrations').all()).toEqual([
    { version: 1 },
    { version: 2 },
    { version: 3 },
  ]);
});

it('goes on from the first schema, and keeps the rows', async () => {
  const path = await newFile();
  const host = openHandle(path);
  host.exec(firstSchema);
  host.exec(
    "insert into sitemessage_migrations values (1); insert into sitemessage_messages (id, type, context, created_at) values ('m', 'news', '{}', 0)",
  );
  const { queue } = await openStorage(path);
  const key = { name: 'order-7', fingerprint: 'f' };
  expect(await queue.enqueue([{ id: 'm', type: 'news', context: '{}', createdAt: 1, key }], [], 1)).toEqual([]);
});

it('uses a write-ahead log, so readers never wait for a writer', async () => {
  const path = await newFile();
  const { queue } = await openStorage(path);
  const other = openHandle(path);
  expect(other.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
  other.exec('begin exclusive');
  expect(await queue.counts()).toEqual([]);
  other.exec('rollback');
});

it('writes to the disk before a commit returns', async () => {
  const database = openHandle(await newFile());
  await sqliteStorage({ database }).migrate();
  const full = 2;
  expect(database.prepare('pragma synchronous').get()).toEqual({ synchronous: full });
});
