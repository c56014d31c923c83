import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSitemessage, defineMessenger } from '@sitemessage/core';
import { postgresStorage } from '../../src/index.ts';

/** The options, as JSON in the first argument. */
export interface WorkerOptions {
  readonly connectionString: string;
  readonly schema: string;
  /** The file that gets the dispatch id of each message that went out, one a line. */
  readonly log: string;
  readonly concurrency: number;
  readonly leaseMs: number;
  /** True wakes the worker when another process schedules. Default false. */
  readonly listens?: boolean;
}

const { connectionString, schema, log, concurrency, leaseMs, listens }: WorkerOptions = JSON.parse(process.argv[2] as string);

/** A message is delivered when its line is written. The process may be killed before and after. */
const post = defineMessenger({
  alias: 'post',
  package: 'post',
  title: 'Post',
  getAddress: (address: string) => address,
  create: (_: object) => ({
    concurrency,
    async send({ id }) {
      await sleep(1);
      appendFileSync(log, `${id}\n`);
    },
  }),
});

const site = createSitemessage({
  storage: postgresStorage({ connectionString, schema, connections: 4, ...(listens && { listenConnectionString: connectionString }) }),
  messengers: [post({ timeoutMs: leaseMs / 2 })],
});
const worker = site.startWorker({ leaseMs, pollIntervalMs: 100, handleSignals: true });
process.on('SIGTERM', () => void worker.stop().then(() => site.close()));
process.send?.('working');
