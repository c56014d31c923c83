import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { freePort } from '@sitemessage/test-support/ports';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Candidate } from '../compare.ts';
import { addressOf } from '../fixtures.ts';

const batch = 1_000;
const concurrency = 50;

/**
 * BullMQ (https://docs.bullmq.io). Adds 1,000 jobs at a time, and works on 50 at once. Each candidate has a
 * new Redis, so that none rewrites its file while another one is measured.
 */
export async function bullMq(): Promise<Candidate> {
  const server = await startRedis();
  const connection = new Redis(server.port, '127.0.0.1', { maxRetriesPerRequest: null });
  const queue = new Queue('nothing', { connection });
  await queue.waitUntilReady();
  let worker: Worker | undefined;
  let scheduled = 0;
  return {
    async schedule(count) {
      for (let start = 0; start < count; start += batch) {
        const jobs = Array.from({ length: Math.min(batch, count - start) }, (_, index) => ({
          name: 'nothing',
          data: { address: addressOf(start + index) },
        }));
        await queue.addBulk(jobs);
      }
      scheduled = count;
    },
    async drain() {
      let done = 0;
      const isDone = Promise.withResolvers<void>();
      worker = new Worker('nothing', async () => undefined, { connection, concurrency });
      worker.on('error', isDone.reject);
      // The job is stored as done before this event.
      worker.on('completed', () => {
        done += 1;
        if (done === scheduled) isDone.resolve();
      });
      await isDone.promise;
      return done;
    },
    async close() {
      await worker?.close();
      await queue.close();
      await connection.quit();
      await server.close();
    },
  };
}

/** A Redis on 127.0.0.1. */
interface RedisServer {
  readonly port: number;
  /** Stops the server and deletes its files. */
  close(): Promise<void>;
}

/**
 * Settings for an append-only file that is synced once a second. A crash of the machine loses at most a
 * second.
 */
const persistence = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];

export const isRedisInstalled = (): boolean => spawnSync('redis-server', ['--version']).error === undefined;

/** Starts the machine's `redis-server` on a free port, with its files in a temporary folder. */
async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-redis-'));
  const child = spawn('redis-server', ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, ...persistence], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.kill();
    await ended;
    await rm(folder, { recursive: true });
  };
  if (!(await isReady(child.stdout))) {
    await close();
    throw new Error('redis-server ended before it was ready.');
  }
  return { port, close };
}

/** Waits until Redis is ready, and goes on reading its output: a full pipe would stop it. */
async function isReady(output: Readable): Promise<boolean> {
  for await (const line of createInterface(output)) {
    if (!line.includes('Ready to accept connections')) continue;
    output.resume();
    return true;
  }
  return false;
}
