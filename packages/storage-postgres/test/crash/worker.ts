import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSitemessage, defineMessenger } from '@sitemessage/core';
import { postgresStorage } from '../../src/index.ts';

/** What a worker is told, as JSON in its first argument. */
export interface WorkerOrders {
  readonly connectionString: string;
  readonly schema: string;
  /** Gets a line for each message that went out: its dispatch. */
  readonly log: string;
  readonly concurrency: number;
  readonly leaseMs: number;
  /** Whether it is woken by what others store. Default false. */
  readonly listens?: boolean;
}

const { connectionString, schema, log, concurrency, leaseMs, listens }: WorkerOrders = JSON.parse(process.argv[2] as string);

/** A message is delivered when its line is written, and the process may be killed before and after. */
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
