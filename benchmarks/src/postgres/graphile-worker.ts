import { randomUUID } from 'node:crypto';
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import type { Candidate } from '../compare.ts';
import { addressOf, dropSchema } from '../fixtures.ts';

const batch = 1_000;
const logger = new Logger(() => () => undefined);

/**
 * Graphile Worker (https://worker.graphile.org). Adds 1,000 jobs at a time. A local queue of 500 and batched
 * completion are its fastest settings.
 */
export async function graphileWorker(connectionString: string): Promise<Candidate> {
  const schema = `graphile_${randomUUID().replaceAll('-', '')}`;
  const utils = await makeWorkerUtils({ connectionString, schema, logger });
  await utils.migrate();
  let scheduled = 0;
  return {
    async schedule(count) {
      for (let start = 0; start < count; start += batch) {
        const jobs = Array.from({ length: Math.min(batch, count - start) }, (_, index) => ({
          identifier: 'nothing',
          payload: { address: addressOf(start + index) },
        }));
        await utils.addJobs(jobs);
      }
      scheduled = count;
    },
    async drain() {
      let done = 0;
      const isDone = Promise.withResolvers<void>();
      const runner = await run({
        preset: {
          worker: {
            connectionString,
            schema,
            logger,
            concurrentJobs: 24,
            maxPoolSize: 10,
            localQueue: { size: 500 },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          },
        },
        noHandleSignals: true,
        taskList: {
          nothing: async () => {
            done += 1;
            if (done === scheduled) isDone.resolve();
          },
        },
      });
      await isDone.promise;
      // Waits until the results are stored.
      await runner.stop();
      return done;
    },
    async close() {
      await utils.release();
      await dropSchema(connectionString, schema);
    },
  };
}
