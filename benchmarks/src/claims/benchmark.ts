import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueueStore } from '@sitemessage/core/storage';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { median } from '../measure.ts';
import type { Benchmark } from '../results.ts';
import { type Backlog, backlogs, now } from './backlogs.ts';
import { fillPostgres, fillSqlite } from './storages.ts';

const claims = 9;
const limit = 50;
const mostTimes = 3;
const mostMoreMs = 10;

/**
 * Measures how long a claim of 50 takes with each backlog. It ignores `runs` and claims nine times from each.
 */
export async function claimLatency(): Promise<Benchmark> {
  const server = await startPostgres({ durable: true });
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-bench-'));
  const storages = {
    PostgreSQL: (backlog: Backlog) => fillPostgres(backlog, server.connectionString, randomUUID()),
    SQLite: async (backlog: Backlog) => fillSqlite(backlog, await mkdtemp(join(folder, 'backlog-'))),
  };
  const latencies: Record<string, number[]> = { PostgreSQL: [], SQLite: [] };
  try {
    for (const backlog of backlogs) {
      for (const [name, make] of Object.entries(storages)) {
        const { queue, close } = await make(backlog);
        const ms = await latencyOf(queue);
        process.stdout.write(`${name}, ${backlog.name}: ${ms.toFixed(1)} ms\n`);
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
    // The first claim warms up.
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
    rows: backlogs.map(({ name }, index) => [name, ...Object.values(latencies).map((times) => (times[index] as number).toFixed(1))]),
    ratios: Object.entries(latencies).flatMap(([name, times]) =>
      backlogs.slice(1).map((backlog, index) => {
        const ms = times[index + 1] as number;
        return {
          claim: `${name}: ${backlog.name}`,
          target: `<= ${mostTimes} x or + ${mostMoreMs} ms`,
          measured: `${(ms / few(name)).toFixed(1)} x, + ${(ms - few(name)).toFixed(1)} ms`,
          holds: ms <= mostTimes * few(name) || ms <= few(name) + mostMoreMs,
        };
      }),
    ),
  };
}
