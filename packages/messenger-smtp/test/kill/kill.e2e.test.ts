import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSitemessage } from '@sitemessage/core';
import { smtp } from '@sitemessage/messenger-smtp';
import { startSandbox } from '@sitemessage/sandbox';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SenderOrders } from './sender.ts';

const mails = 10_000;
const connections = 5;
/** The most results that may not be stored yet. */
const unsettled = 50;
const longerThanALeaseMs = 120_000;

const start = () => startSandbox({ protocols: ['smtp'] });
let sandbox: Awaited<ReturnType<typeof start>>;
let folder: string;
beforeEach(async () => {
  sandbox = await start();
  folder = await mkdtemp(join(tmpdir(), 'sitemessage-'));
});
afterEach(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

test.for([{ kills: [5_000] }, { kills: [1, 2_500, 6_000, 9_900] }])(
  'after kill -9 at $kills of 10,000 mails, all are delivered, and few of them twice',
  async ({ kills }, { annotate }) => {
    const path = join(folder, 'messages.db');
    const options = { ...sandbox.smtp.options, connections };
    await schedule(path, options);

    for (const [index, arrived] of kills.entries()) {
      const child = startSender({ path, options, aheadMs: index * longerThanALeaseMs });
      const died = once(child, 'exit');
      await sandbox.inbox.waitFor(arrived, { timeoutMs: 120_000 });
      child.kill('SIGKILL');
      expect(await died).toEqual([null, 'SIGKILL']);
    }
    const last = startSender({ path, options, aheadMs: kills.length * longerThanALeaseMs });
    expect(await once(last, 'exit')).toEqual([0, null]);

    const all = sandbox.inbox.all();
    const repeats = all.length - mails;
    await annotate(`${repeats} repeats after ${kills.length} kills; allowed: ${kills.length * (connections + unsettled)}`);
    expect(new Set(all.map(({ address }) => address)).size).toBe(mails);
    expect(new Set(all.map(({ headers }) => headers['message-id'])).size).toBe(mails);
    expect(repeats).toBeLessThanOrEqual(kills.length * (connections + unsettled));
    expect(await statuses(path)).toEqual(['sent']);
  },
);

async function schedule(path: string, options: SenderOrders['options']): Promise<void> {
  const site = createSitemessage({ storage: sqliteStorage({ path }), messengers: [smtp(options)] });
  const addresses = Array.from({ length: mails }, (_, number) => `reader-${number}@example.com`);
  await site.scheduleMessages('Hello', site.recipients('smtp', addresses));
  await site.close();
}

function startSender(orders: SenderOrders): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, 'sender.ts'), JSON.stringify(orders)], { stdio: 'inherit' });
}

async function statuses(path: string): Promise<readonly string[]> {
  const storage = sqliteStorage({ path });
  const counts = await storage.queue.counts({ since: 0 });
  await storage.close();
  return counts.map(({ status }) => status);
}
