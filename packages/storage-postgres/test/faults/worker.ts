import { createSitemessage, defineMessenger, TransientError } from '@sitemessage/core';
import { postgresStorage } from '../../src/index.ts';
import { ticket } from './messages.ts';

/** The options of this program, as JSON in its first argument. */
export interface WorkerOptions {
  readonly connectionString: string;
  readonly schema: string;
  readonly providerUrl: string;
  readonly aliases: readonly string[];
  readonly concurrency: number;
  readonly leaseMs: number;
  /** The sends a second for all addresses together. Default: no limit. */
  readonly perSecond?: number;
  /** The address whose send kills the process. */
  readonly poison?: string;
}

const options: WorkerOptions = JSON.parse(process.argv[2] as string);
const { connectionString, schema, providerUrl, aliases, concurrency, leaseMs, perSecond, poison } = options;

const post = defineMessenger({
  alias: 'post',
  package: 'post',
  title: 'Post',
  getAddress: (address: string) => address,
  create: (_: object) => ({
    concurrency,
    ...(perSecond !== undefined && {
      limits: (address: string) => [
        { key: 'post', intervalMs: 1_000 / perSecond, burst: 1 },
        { key: `post ${address}`, intervalMs: 1_000, burst: 1 },
      ],
    }),
    async send({ id, address }) {
      if (address === poison) process.kill(process.pid, 'SIGKILL');
      const response = await fetch(`${providerUrl}?${new URLSearchParams({ id, address })}`);
      await response.arrayBuffer();
      if (response.status !== 429) return;
      throw new TransientError('slow down', { scope: 'messenger', retryAfterMs: 1_000 * Number(response.headers.get('retry-after')) });
    },
  }),
});

const site = createSitemessage({
  storage: postgresStorage({ connectionString, schema, connections: 6 }),
  messengers: aliases.map((alias) => post({ alias, timeoutMs: leaseMs / 2 })),
  messageTypes: [ticket],
});
const worker = site.startWorker({ leaseMs, pollIntervalMs: 100, handleSignals: true });
process.on('SIGTERM', () => void worker.stop().then(() => site.close()));
process.send?.('working');
