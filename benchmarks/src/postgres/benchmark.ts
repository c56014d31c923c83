import { randomUUID } from 'node:crypto';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { type Contestant, type Contestants, compete, type Rates } from '../contest.ts';
import { sitemessage } from '../queue/sitemessage.ts';
import { isRedisHere } from '../redis/server.ts';
import { type Benchmark, median } from '../results.ts';
import { bullMq } from './bull-mq.ts';
import { floor } from './floor.ts';
import { graphileWorker } from './graphile-worker.ts';
import { pgBoss } from './pg-boss.ts';
import { dropSchema } from './schema.ts';

const count = 100_000;
const bullMqOnRedis = 'BullMQ on Redis';

const redisSetting =
  ' BullMQ is here for information: its Redis appends to a file that is synced once a second (`appendonly yes`, `appendfsync everysec`), so that nothing waits for the disk; jobs are added by 1,000, and worked on 50 at a time.';

/** Scheduling and draining on PostgreSQL, against the raw statements and against other queues. */
export async function postgres(runs: number): Promise<Benchmark> {
  const server = await startPostgres({ durable: true });
  const { connectionString } = server;
  try {
    const results = await compete(
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

/** For information: what it stores may be lost in a crash of the machine, so nothing is claimed against it. */
function onRedis(): Contestants {
  if (isRedisHere()) return { [bullMqOnRedis]: bullMq };
  process.stdout.write('redis-server is not on this machine: the benchmark does without BullMQ.\n');
  return {};
}

async function onSchema(connectionString: string): Promise<Contestant> {
  const schema = `site_${randomUUID()}`;
  const contestant = await sitemessage(postgresStorage({ connectionString, schema }));
  return {
    ...contestant,
    async close() {
      await contestant.close();
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
    setting: `${count.toLocaleString('en')} dispatches of one message, scheduled until every one can be claimed, and drained by one process through a messenger that does nothing. PostgreSQL 18 with a disk that is waited for; medians of ${runs} interleaved runs after a warm-up.${bullMqOnRedis in results ? redisSetting : ''}`,
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
