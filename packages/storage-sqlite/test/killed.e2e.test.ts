import { expect, it } from 'vitest';
import { newFile, openHandle, openStorage } from './database-file.ts';
import type { KillPoint } from './processes/kill-before.ts';
import type { SettleOptions } from './processes/settle.ts';
import { start } from './processes/start.ts';
import type { StreamOptions } from './processes/stream.ts';
import { dispatches, news, request } from './rows.ts';

const stream = (options: StreamOptions) => start(new URL('./processes/stream.ts', import.meta.url), options);
const settle = (options: SettleOptions) => start(new URL('./processes/settle.ts', import.meta.url), options);

const killed = [null, 'SIGKILL'];

/** Returns how many rows the tables have in which the rows of an iterable wait. */
function leftBehind(path: string): unknown {
  return openHandle(path)
    .prepare('select (select count(*) from sitemessage_staged) as staged, (select count(*) from sitemessage_fan_outs) as fan_outs')
    .get();
}

/** Expects that a list that was stored in part is invisible, disturbs no other work, and can be pruned. */
async function expectInvisible(path: string, least: number): Promise<void> {
  const { queue } = await openStorage(path);
  expect(await Array.fromAsync(queue.list({}))).toEqual([]);
  expect(await queue.counts({ since: 0 })).toEqual([]);
  expect((await queue.claim({ ...request, types: ['news'] })).claims).toEqual([]);

  // The process that was killed would schedule the same list again.
  expect(await queue.enqueue([news], dispatches(1, 5), 2_000)).toEqual([news.id]);
  expect((await queue.claim(request)).claims).toHaveLength(5);

  const prune = { now: 0, statuses: [], before: 0, keysBefore: 0, dispatchesOnly: true, limit: 100_000 } as const;
  expect(await queue.prune({ ...prune, abandonedBefore: 1_000 })).toEqual({ dispatches: 0, messages: 0 });
  const pruned = await queue.prune({ ...prune, abandonedBefore: 1_001 });
  expect(pruned.dispatches).toBeGreaterThanOrEqual(least);
  expect(leftBehind(path)).toEqual({ staged: 0, fan_outs: 0 });
  expect(openHandle(path).prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  expect(await Array.fromAsync(queue.list({}))).toHaveLength(5);
}

it.each([100, 700])('a process that is killed after %i rows of an iterable leaves nothing visible', async (rows) => {
  const path = await newFile();
  const process = stream({ path, count: Number.MAX_SAFE_INTEGER });
  while ((await process.next()) !== rows);
  process.kill();
  expect(await process.ended).toEqual(killed);
  await expectInvisible(path, rows - 1);
});

it.each<KillPoint>([
  { at: 'insert into sitemessage_dispatches', nth: 1 },
  { at: 'update sitemessage_messages set is_empty', nth: 1 },
  { at: 'delete from sitemessage_fan_outs', nth: 1 },
  { at: 'delete from sitemessage_staged', nth: 1 },
])('a process that is killed at the end of an iterable, before "$at", leaves nothing visible', async (killPoint) => {
  const path = await newFile();
  const process = stream({ path, count: 200, killPoint });
  expect(await process.ended).toEqual(killed);
  await expectInvisible(path, 200);
});

const groupSize = 25;

it.each<KillPoint>([
  { at: 'begin immediate', nth: 12 },
  { at: 'update sitemessage_dispatches', nth: 260 },
  { at: 'insert into sitemessage_errors', nth: 126 },
  { at: 'commit', nth: 12 },
])('a process that is killed while it settles, before "$at" number $nth, leaves no group half-stored', async (killPoint) => {
  const path = await newFile();
  const { queue } = await openStorage(path);
  const rows = dispatches(1, 1_000);
  await queue.enqueue([news], rows, 0);
  const process = settle({ path, groupSize, killPoint });
  expect(await process.ended).toEqual(killed);

  const records = await Array.fromAsync(queue.list({}));
  const settled = records.filter(({ status }) => status !== 'processing');
  // Ten groups were stored. The process was killed during the eleventh.
  expect(settled.map(({ id }) => id)).toEqual(rows.slice(0, 10 * groupSize).map(({ id }) => id));
  for (const { id, status, providerId, reason } of settled) {
    const errors = (await queue.find(id))?.errors.map(({ message }) => message);
    expect(errors).toEqual(status === 'error' || status === 'failed' ? [`Later, ${id}`] : []);
    expect(providerId).toBe(status === 'sent' ? `provided ${id}` : undefined);
    expect(reason).toBe(status === 'skipped' ? 'expired' : undefined);
  }
  expect(openHandle(path).prepare('select count(*) as count from sitemessage_errors').get()).toEqual({
    count: settled.filter(({ status }) => status === 'error' || status === 'failed').length,
  });
  expect(openHandle(path).prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);

  // Another worker claims the rest after the lease. None of it was in flight, so no attempt counts.
  const { claims } = await queue.claim({ ...request, token: 'another', now: request.leaseUntil, limit: 1_000 });
  expect(claims.map(({ id }) => id)).toEqual(rows.slice(10 * groupSize).map(({ id }) => id));
  expect(new Set(claims.map(({ recovered, attempt }) => `${recovered} ${attempt}`))).toEqual(new Set(['false 1']));
});

it('results that were reported as stored are stored when the process is killed', async () => {
  const path = await newFile();
  const { queue } = await openStorage(path);
  await queue.enqueue([news], dispatches(1, 1_000), 0);
  const process = settle({ path, groupSize, killPoint: { at: 'commit', nth: 30 } });
  let groups: unknown = 0;
  await expect(
    (async () => {
      for (;;) groups = await process.next();
    })(),
  ).rejects.toThrow('SIGKILL');
  const processing = await Array.fromAsync(queue.list({ status: 'processing' }));
  expect(groups).toBeGreaterThan(0);
  expect(processing.length).toBeLessThanOrEqual(1_000 - Number(groups) * groupSize);
});
