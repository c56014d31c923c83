import { chmod, chown, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sqliteStorage } from '../src/index.ts';
import { newFile, openHandle, openStorage } from './database-file.ts';
import { dispatches, news, request } from './rows.ts';

const otherUser = 65_534;

/**
 * Returns a path in a folder of another user, and runs the rest of the test as that user: root may write
 * everywhere.
 */
async function newFileOfOtherUser(): Promise<string> {
  const path = await newFile();
  if (process.geteuid?.() !== 0) return path;
  await chown(dirname(path), otherUser, otherUser);
  process.seteuid?.(otherUser);
  onTestFinished(() => process.seteuid?.(0));
  return path;
}

const ends = ['', '-wal', '-shm'];
const modes = (path: string) => Promise.all(ends.map(async (end) => ((await stat(`${path}${end}`)).mode & 0o777).toString(8)));

describe('the permissions of a database file', () => {
  it('are 0600 for it and the two files beside it, with any umask', async () => {
    const umask = process.umask(0o022);
    onTestFinished(() => void process.umask(umask));
    const path = await newFile();
    const storage = sqliteStorage({ path });
    onTestFinished(() => storage.close());
    expect([(await stat(path)).mode & 0o777, (await stat(path)).size]).toEqual([0o600, 0]);
    await storage.migrate();
    expect(await modes(path)).toEqual(['600', '600', '600']);
  });

  it('stay as they are when the file exists', async () => {
    const path = await newFile();
    await writeFile(path, '');
    await chmod(path, 0o660);
    await openStorage(path);
    expect(await modes(path)).toEqual(['660', '660', '660']);
  });
});

describe('a file that can only be read', () => {
  it('is written as soon as its permissions allow it', async () => {
    const path = await newFileOfOtherUser();
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

  it('fails operations until another process replaces it, and then its replacement is used', async () => {
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

  it('may be replaced by an empty file, which gets the tables', async () => {
    const path = await newFile();
    const { queue } = await openStorage(path);
    await deleteFile(path);
    await writeFile(path, '');
    expect(await queue.enqueue([news], dispatches(1, 3), 0)).toEqual([news.id]);
    expect((await queue.claim(request)).claims).toHaveLength(3);
    expect(openHandle(path).prepare('select count(*) as count from sitemessage_dispatches').get()).toEqual({ count: 3 });
  });

  it('does not prevent closing', async () => {
    const path = await newFile();
    const storage = await openStorage(path);
    await deleteFile(path);
    await expect(storage.close()).resolves.toBeUndefined();
  });
});

it('a log that grew during a read is cut afterwards', async () => {
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
  // The first write notices that the reader is gone, and the next one starts the log again.
  await store(40, 41);
  await store(41, 42);
  expect(await size()).toBeLessThanOrEqual(16 * 1_024 * 1_024);
});
