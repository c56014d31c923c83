import { expect, it } from 'vitest';
import { newFile, openHandle, openStorage } from './database-file.ts';
import { goTogether, start, startTogether } from './processes/start.ts';
import { dispatch, dispatches, idOf, news, request } from './rows.ts';

const migrate = new URL('./processes/migrate.ts', import.meta.url);
const consume = new URL('./processes/consume.ts', import.meta.url);
const reserve = new URL('./processes/reserve.ts', import.meta.url);
const hold = new URL('./processes/hold.ts', import.meta.url);

it('ten processes migrate a new file at once', async () => {
  const path = await newFile();
  const processes = await startTogether(10, migrate, { path });
  expect(await Promise.all(processes.map(({ ended }) => ended))).toEqual(processes.map(() => [0, null]));
  expect(openHandle(path).prepare('select version from sitemessage_migrations').all()).toEqual([1, 2, 3].map((version) => ({ version })));
});

it('each dispatch of a queue that four processes share is claimed and settled by one of them', async () => {
  const path = await newFile();
  const { queue } = await openStorage(path);
  const all = dispatches(1, 2_000);
  await queue.enqueue([news], all, 0);

  const processes = await startTogether(4, consume, { path });
  await goTogether(processes);
  const settled = (await Promise.all(processes.map((process) => process.next()))) as string[][];
  expect(await Promise.all(processes.map(({ ended }) => ended))).toEqual(processes.map(() => [0, null]));

  expect(Math.min(...settled.map((ids) => ids.length))).toBeGreaterThan(0);
  expect(settled.flat().sort()).toEqual(all.map(({ id }) => id));
  const records = await Array.fromAsync(queue.list({}));
  expect(new Set(records.map(({ status, attempt }) => `${status} ${attempt}`))).toEqual(new Set(['sent 1']));
});

it('two processes that share a limit get each slot once', async () => {
  const path = await newFile();
  await openStorage(path);
  const processes = await startTogether(2, reserve, { path, slots: 150 });
  const times = (await Promise.all(processes.map((process) => process.next()))) as number[][];
  expect(times.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, index) => index * 100));
});

it('a process that holds the lock for a while only delays the others', async () => {
  const path = await newFile();
  const { queue } = await openStorage(path);
  const holder = start(hold, { path });
  await holder.next();
  const enqueued = queue.enqueue([news], [dispatch(1)], 0);
  // A read does not wait.
  expect(await queue.counts()).toEqual([]);
  holder.go();
  expect(await enqueued).toEqual([news.id]);
});

it('a process that holds the lock for more than ten seconds fails writes with `storage_busy`, which store nothing', async () => {
  const path = await newFile();
  const { queue } = await openStorage(path);
  const holder = start(hold, { path });
  await holder.next();
  await expect(queue.enqueue([news], [dispatch(1)], 0)).rejects.toMatchObject({ kind: 'transient', code: 'storage_busy' });
  holder.go();
  await holder.ended;
  expect(await queue.find(idOf(1))).toBeUndefined();
  expect((await queue.claim(request)).claims).toEqual([]);
});
