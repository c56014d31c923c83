import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSitemessage, defineMessenger } from '@sitemessage/core';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { postgresStorage } from '../../src/index.ts';
import type { WorkerOptions } from './worker.ts';

const post = defineMessenger({
  alias: 'post',
  package: 'post',
  title: 'Post',
  getAddress: (address: string) => address,
  create: (_: object) => ({ send: async () => undefined }),
});

/**
 * Starts a new PostgreSQL and schedules one message for `count` recipients. Programs are started with
 * `start`. When the test ends, programs are killed and everything is deleted.
 */
export async function setUp(count: number) {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-crash-'));
  const server = await startPostgres();
  const { connectionString } = server;
  const options: WorkerOptions = { connectionString, schema: 'crash', log: join(folder, 'sent'), concurrency: 5, leaseMs: 2_000 };
  const site = createSitemessage({ storage: postgresStorage({ connectionString, schema: options.schema }), messengers: [post({})] });
  const children = new Set<ChildProcess>();
  onTestFinished(async () => {
    for (const child of children) child.kill('SIGKILL');
    await site.close().catch(() => undefined);
    await server.close();
    await rm(folder, { recursive: true });
  });
  const start = (program: string, given: object): ChildProcess => {
    const child = fork(join(import.meta.dirname, program), [JSON.stringify(given)]);
    children.add(child);
    return child;
  };
  const schedule = (first: number, end: number) => {
    const readers = Array.from({ length: end - first }, (_, index) => `reader${first + index}`);
    return site.scheduleMessages('Hello', site.recipients('post', readers));
  };
  await schedule(0, count);
  return {
    server,
    site,
    options,
    /** Schedules the message for the readers with the numbers from `first` up to `end`. */
    schedule,
    start,
    /** Starts a worker. It listens to signals once it has sent its first message to this process. */
    startWorker: (changes: Partial<WorkerOptions> = {}) => start('worker.ts', { ...options, ...changes }),
    /** Returns the ids of the dispatches that went out, with repeats. */
    sent: async () => (await readFile(options.log, 'utf8').catch(() => '')).trimEnd().split('\n'),
  };
}

/** Connects a client that looks at the server itself. The test ends it before the server stops. */
export async function connectAdmin(connectionString: string): Promise<Client> {
  const admin = new Client({ connectionString });
  await admin.connect();
  onTestFinished(() => admin.end());
  return admin;
}

/** Stops a process with SIGTERM. Returns its exit code and signal. */
export async function terminate(child: ChildProcess): Promise<readonly unknown[]> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  return exit;
}
