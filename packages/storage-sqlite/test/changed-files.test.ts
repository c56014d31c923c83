import { chmod, chown, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqliteStorage } from '../src/index.ts';
import { newFile, openHandle, openStorage } from './database-file.ts';
import { dispatches, news, request } from './rows.ts';

const nobody = 65_534;

/** The path of a database in a folder of the user that the rest of the test runs as: root may write everywhere. */
async function newFileOfNobody(): Promise<string> {
  const path = await newFile();
  if (process.geteuid?.() !== 0) return path;
  await chown(dirname(path), nobody, nobody);
  process.seteuid?.(nobody);
  onTestFinished(() => process.seteuid?.(0));
  return path;
}

const ends = ['', '-wal', '-shm'];
const modes = (path: string) => Promise.all(ends.map(async (end) => ((await stat(`${path}${end}`)).mode & 0o777).toString(8)));

describe('the rights of a database file', () => {
  it('are its user alone, also of the two files beside it, whatever the umask', async () => {
    const umask = process.umask(0o022);
    onTestFinished(() => void process.umask(umask));
    const path = await newFile();
    const storage = sqliteStorage({ path });
    onTestFinished(() => storage.close());
    expect([(await stat(path)).mode & 0o777, (await stat(path)).size]).toEqual([0o600, 0]);
    await storage.migrate();
    expect(await modes(path)).toEqual(['600', '600', '600']);
  });

  it('stay as they are when it is there already', async () => {
    const path = await newFile();
    await writeFile(path, '');
    await chmod(path, 0o660);
    await openStorage(path);
    expect(await modes(path)).toEqual(['660', '660', '660']);
  });
});

describe('a file that can only be read', () => {
  it('is written to as soon as it can be', async () => {
    const path = await newFileOfNobody();
    const first = sqliteStorage({ path });
    await first.migrate();
    await first.close();
    await chmod(path, 0o400);
    const { queue } = await openStorage(path);
    await expect(queue.enqueue([news], dispatches(1, 3), 0)).rejects.toThrow('attempt to write a readonly database');
    expect(await queue.counts()).toEqual([]);
    await chmod(path, 0o600);
    expect(await queue.enqueue([news], dispatches(1, 3), 0)).toEqual([news.id]);
    expect((await queue.claim(request)).claims).toHaveLength(3);
    expect(await modes(path)).toEqual(['600', '600', '600']);
  });
});

describe('a file that is deleted', () => {
  const deleteFile = (path: string) => Promise.all(ends.map((end) => rm(`${path}${end}`, { force: true })));

  it('is missed, and the one that another process makes in its place is used', async () => {
    const path = await newFile();
    const { queue } = await openStorage(path);
    await queue.enqueue([{ ...news, id: 'old' }], [], 0);
    await deleteFile(path);
    const gone = { kind: 'transient', code: 'database_gone', message: expect.stringContaining(path) };
    await expect(queue.claim(request)).rejects.toMatchObject(gone);
    await expect(queue.counts()).rejects.toMatchObject(gone);

    const other = await openStorage(path);
    await other.queue.enqueue([news], dispatches(1, 100), 0);
    expect((await queue.claim(request)).claims).toHaveLength(100);
    const sent = dispatches(1, 100).map(({ id }) => ({ id, status: 'sent' as const }));
    expect((await queue.settle(request.token, sent, 2_000)).ids).toHaveLength(100);
    expect(await other.queue.counts({ since: 0 })).toEqual([{ messenger: 'smtp', type: 'news', status: 'sent', count: 100 }]);
    expect(openHandle(path).prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  });

  it('is replaced by one without tables, which it gets', async () => {
    const path = await newFile();
    const { queue } = await openStorage(path);
    await deleteFile(path);
    await writeFile(path, '');
    expect(await queue.enqueue([news], dispatches(1, 3), 0)).toEqual([news.id]);
    expect((await queue.claim(request)).claims).toHaveLength(3);
    expect(openHandle(path).prepare('select count(*) as count from sitemessage_dispatches').get()).toEqual({ count: 3 });
  });

  it('is no obstacle to closing', async () => {
    const path = await newFile();
    const storage = await openStorage(path);
    await deleteFile(path);
    await expect(storage.close()).resolves.toBeUndefined();
  });
});

it('the log that grew while somebody read is small again when they are done', async () => {
  const path = await newFile();
  const { queue } = await openStorage(path);
  const reader = new DatabaseSync(path);
  onTestFinished(() => reader.close());
  reader.exec('begin; select count(*) from sitemessage_messages');
  reader.prepare('select count(*) from sitemessage_messages').get();
  const size = async () => (await stat(`${path}-wal`)).size;
  const store = (from: number, to: number) =>
    queue.enqueue(
      Array.from({ length: to - from }, (_, index) => ({
        ...news,
        id: `news ${from + index}`,
        context: JSON.stringify('x'.repeat(1_000_000)),
      })),
      [],
      0,
    );
  await store(0, 40);
  expect(await size()).toBeGreaterThan(40_000_000);
  reader.exec('commit');
  // The first one finds the reader gone, and the next one begins at the log's beginning.
  await store(40, 41);
  await store(41, 42);
  expect(await size()).toBeLessThanOrEqual(16 * 1_024 * 1_024);
});
