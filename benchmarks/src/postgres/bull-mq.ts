import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Contestant } from '../contest.ts';
import { addressOf } from '../queue/addresses.ts';
import { startRedis } from '../redis/server.ts';

const batch = 1_000;
const concurrency = 50;

/** https://docs.bullmq.io: adds jobs by 1,000, and works on 50 at once. On a Redis of its own, which rewrites no file while others run. */
export async function bullMq(): Promise<Contestant> {
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
      // It is stored by then.
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
