import { once } from 'node:events';
import { expect, it } from 'vitest';
import { connectAdmin, setUp, terminate } from './set-up.ts';

const forMs = 30_000;

it('a worker whose connections the server ends for 30 s goes on, and everything is sent', async ({ annotate }) => {
  const { server, schedule, startWorker, sent } = await setUp(1);
  const admin = await connectAdmin(server.connectionString);
  const worker = startWorker({ connectionString: `${server.connectionString}?application_name=worker`, listens: true });
  await once(worker, 'message');

  let scheduled = 1;
  let ended = 0;
  const end = performance.now() + forMs;
  while (performance.now() < end && worker.exitCode === null) {
    const { rowCount } = await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'worker'");
    ended += rowCount ?? 0;
    if (scheduled < 5_000) {
      await schedule(scheduled, scheduled + 1);
      scheduled += 1;
    }
  }
  await annotate(`${ended} connections were ended`);
  expect(worker.exitCode).toBe(null);
  await expect.poll(async () => new Set(await sent()).size, { timeout: 120_000, interval: 100 }).toBe(scheduled);
  expect(await terminate(worker)).toEqual([0, null]);
});
