import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import type { Candidate } from '../compare.ts';
import { addressOf, dropSchema } from '../fixtures.ts';

const batch = 1_000;

/**
 * pg-boss (https://github.com/timgit/pg-boss). Inserts, fetches and completes 1,000 jobs at a time, without
 * maintenance.
 */
export async function pgBoss(connectionString: string): Promise<Candidate> {
  const schema = `boss_${randomUUID().replaceAll('-', '')}`;
  const boss = new PgBoss({ connectionString, schema, supervise: false, schedule: false });
  boss.on('error', (error) => {
    throw error;
  });
  await boss.start();
  await boss.createQueue('nothing');
  return {
    async schedule(count) {
      for (let start = 0; start < count; start += batch) {
        const jobs = Array.from({ length: Math.min(batch, count - start) }, (_, index) => ({
          data: { address: addressOf(start + index) },
        }));
        await boss.insert('nothing', jobs);
      }
    },
    async drain() {
      for (let done = 0; ; ) {
        const jobs = await boss.fetch('nothing', { batchSize: batch });
        if (jobs.length === 0) return done;
        await boss.complete(
          'nothing',
          jobs.map(({ id }) => id),
        );
        done += jobs.length;
      }
    },
    async close() {
      await boss.stop({ graceful: false });
      await dropSchema(connectionString, schema);
    },
  };
}
