import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueueStore } from '@sitemessage/core/storage';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { type Benchmark, median } from '../results.ts';
import { type Crowd, crowds, now } from './crowds.ts';
import { postgresWith } from './postgres.ts';
import { sqliteWith } from './sqlite.ts';

const claims = 9;
const limit = 50;
const mostTimes = 3;
const mostMoreMs = 10;

/** How long a claim of 50 takes, whatever else is stored. `runs` is of no use here: each crowd is claimed from nine times. */
export async function claimLatency(): Promise<Benchmark> {
  const server = await startPostgres({ durable: true });
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-bench-'));
  const storages = {
    PostgreSQL: (crowd: Crowd) => postgresWith(crowd, server.connectionString, randomUUID()),
    SQLite: async (crowd: Crowd) => sqliteWith(crowd, await mkdtemp(join(folder, 'crowd-'))),
  };
  const latencies: Record<string, number[]> = { PostgreSQL: [], SQLite: [] };
  try {
    for (const crowd of crowds) {
      for (const [name, make] of Object.entries(storages)) {
        const { queue, close } = await make(crowd);
        const ms = await latencyOf(queue);
        process.stdout.write(`${name}, ${crowd.name}: ${ms.toFixed(1)} ms\n`);
        latencies[name]?.push(ms);
        await close();
      }
    }
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
  return describe(latencies);
}

async function latencyOf(queue: QueueStore): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index <= claims; index++) {
    const start = performance.now();
    const claimed = await queue.claim({
      token: randomUUID(),
      now,
      leaseUntil: now + 60_000,
      limit,
      messenger: 'smtp',
      types: ['plain', 'email_plain', 'email_html', 'news'],
    });
    if (claimed.claims.length !== limit) throw new Error(`${claimed.claims.length} of ${limit} were claimed.`);
    // The first one warms up.
    if (index > 0) times.push(performance.now() - start);
  }
  return median(times);
}

function describe(latencies: Readonly<Record<string, readonly number[]>>): Benchmark {
  const few = (name: string): number => latencies[name]?.[0] as number;
  return {
    title: 'The latency of a claim',
    setting: `A claim of ${limit}, in milliseconds; medians of ${claims}.`,
    columns: ['what is stored', ...Object.keys(latencies)],
    rows: crowds.map(({ name }, index) => [name, ...Object.values(latencies).map((times) => (times[index] as number).toFixed(1))]),
    ratios: Object.entries(latencies).flatMap(([name, times]) =>
      crowds.slice(1).map((crowd, index) => {
        const ms = times[index + 1] as number;
        return {
          claim: `${name}: ${crowd.name}`,
          target: `<= ${mostTimes} x or + ${mostMoreMs} ms`,
          measured: `${(ms / few(name)).toFixed(1)} x, + ${(ms - few(name)).toFixed(1)} ms`,
          holds: ms <= mostTimes * few(name) || ms <= few(name) + mostMoreMs,
        };
      }),
    ),
  };
}
