import { randomUUID } from 'node:crypto';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { type Candidate, type Candidates, compare, type Rates } from '../compare.ts';
import { dropSchema } from '../fixtures.ts';
import { median } from '../measure.ts';
import type { Benchmark } from '../results.ts';
import { sitemessage } from '../sitemessage.ts';
import { bullMq, isRedisInstalled } from './bull-mq.ts';
import { floor } from './floor.ts';
import { graphileWorker } from './graphile-worker.ts';
import { pgBoss } from './pg-boss.ts';

const count = 100_000;
const bullMqOnRedis = 'BullMQ on Redis';

const redisSetting =
  ' BullMQ is shown for information. Its Redis appends to a file that is synced once a second (`appendonly yes`, `appendfsync everysec`), so nothing waits for the disk. It adds 1,000 jobs at a time and works on 50 at a time.';

/** Compares scheduling and draining on PostgreSQL with raw statements and with other queues. */
export async function postgres(runs: number): Promise<Benchmark> {
  const server = await startPostgres({ durable: true });
  const { connectionString } = server;
  try {
    const results = await compare(
      {
        sitemessage: () => onSchema(connectionString),
        'raw SQL': () => floor(connectionString),
        'pg-boss': () => pgBoss(connectionString),
        'graphile-worker': () => graphileWorker(connectionString),
        ...onRedis(),
      },
      count,
      runs,
    );
    return describe(results, runs);
  } finally {
    await server.close();
  }
}

/**
 * Returns BullMQ where Redis is installed. A crash of the machine may lose its jobs, so no claim compares
 * with it.
 */
function onRedis(): Candidates {
  if (isRedisInstalled()) return { [bullMqOnRedis]: bullMq };
  process.stdout.write('redis-server is not installed. The benchmark runs without BullMQ.\n');
  return {};
}

async function onSchema(connectionString: string): Promise<Candidate> {
  const schema = `site_${randomUUID()}`;
  const candidate = await sitemessage(postgresStorage({ connectionString, schema }));
  return {
    ...candidate,
    async close() {
      await candidate.close();
      await dropSchema(connectionString, schema);
    },
  };
}

function describe(results: Readonly<Record<string, readonly Rates[]>>, runs: number): Benchmark {
  const medians = Object.entries(results).map(([name, rates]) => ({
    name,
    schedule: median(rates.map(({ schedule }) => schedule)),
    drain: median(rates.map(({ drain }) => drain)),
  }));
  const of = (name: string, work: keyof Rates): number => (medians.find((one) => one.name === name) as Rates)[work];
  const bestPeer = (work: keyof Rates): number => Math.max(of('pg-boss', work), of('graphile-worker', work));
  const claim = (work: keyof Rates, against: string, other: number, target: number) => {
    const ratio = of('sitemessage', work) / other;
    return { claim: `${work} against ${against}`, target: `>= ${target.toFixed(2)}`, measured: ratio.toFixed(2), holds: ratio >= target };
  };
  return {
    title: 'The queue on PostgreSQL',
    setting: `${count.toLocaleString('en')} dispatches of one message. They are scheduled until each can be claimed, and drained by one process through a messenger that does nothing. PostgreSQL 18, whose commits wait for the disk. Medians of ${runs} interleaved runs after a warm-up.${bullMqOnRedis in results ? redisSetting : ''}`,
    columns: ['', 'scheduled a second', 'drained a second'],
    rows: medians.map(({ name, schedule, drain }) => [name, String(schedule), String(drain)]),
    ratios: [
      claim('schedule', 'raw SQL', of('raw SQL', 'schedule'), 0.75),
      claim('schedule', 'the best peer', bestPeer('schedule'), 2),
      claim('drain', 'raw SQL', of('raw SQL', 'drain'), 0.7),
      claim('drain', 'the best peer', bestPeer('drain'), 1.1),
    ],
  };
}
