import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { dropSchema } from '../fixtures.ts';
import { median } from '../measure.ts';
import type { Benchmark } from '../results.ts';
import type { Expanded } from './expansion.ts';
import type { Stored } from './floor.ts';
import { type Kind, type ProcessOptions, seed } from './subscribers.ts';

const heapMegabytes = 96;
/**
 * The size of each semi-space. By default young objects may take twice the old heap, and Node then collects
 * garbage without end.
 */
const youngMegabytes = 16;
const littleMemory = [`--max-old-space-size=${heapMegabytes}`, `--max-semi-space-size=${youngMegabytes}`];
const few = 200_000;
const million = 1_000_000;
const kinds: readonly Kind[] = ['addresses', 'users'];

const atOnceMs = 100;
const leastRatio = 0.75;
/** The greatest ratio of the memory at the end to that after a tenth. */
const mostGrowth = 1.25;

/** The same dispatches, stored by sitemessage and then by the raw statement. */
interface Pair {
  readonly ours: Expanded;
  readonly floor: Stored;
}

interface Pairs {
  readonly kind: Kind;
  readonly few: readonly Pair[];
  readonly million: Pair;
}

/** Compares a message for all subscribers of its type with the raw insertion of its dispatches. */
export async function fanOut(runs: number): Promise<Benchmark> {
  const server = await startPostgres({ durable: true });
  try {
    const results: Pairs[] = [];
    for (const kind of kinds) {
      const pairs: Pair[] = [];
      for (let run = 0; run <= runs; run++) pairs.push(await pairOf(server.connectionString, kind, few));
      results.push({ kind, few: pairs.slice(1), million: await pairOf(server.connectionString, kind, million) });
    }
    return describe(results, runs);
  } finally {
    await server.close();
  }
}

async function pairOf(connectionString: string, kind: Kind, count: number): Promise<Pair> {
  const ours = await onSchema<Expanded>('expansion.ts', littleMemory, { connectionString, kind, count });
  if (ours.dispatches !== count) throw new Error(`${ours.dispatches} of ${count} were stored.`);
  const floor = await onSchema<Stored>('floor.ts', [], { connectionString, kind, count });
  process.stdout.write(`${count.toLocaleString('en')} ${kind}: ${ours.rate}/s, raw SQL ${floor.rate}/s\n`);
  return { ours, floor };
}

/**
 * Runs a process on a schema with subscribers, and returns its report.
 * @throws When it runs out of memory.
 */
async function onSchema<Report>(file: string, execArgv: readonly string[], options: Omit<ProcessOptions, 'schema'>): Promise<Report> {
  const schema = `fan_out_${randomUUID()}`;
  await seed(options.connectionString, schema, options.kind, options.count);
  const child = fork(join(import.meta.dirname, file), [JSON.stringify({ ...options, schema } satisfies ProcessOptions)], {
    execArgv: [...execArgv],
  });
  const [report] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [Report | number];
  if (typeof report !== 'object' || report === null) throw new Error(`The process ended with ${report} and without a report.`);
  await dropSchema(options.connectionString, schema);
  return report;
}

function describe(results: readonly Pairs[], runs: number): Benchmark {
  const rates = (pairs: readonly Pair[], of: keyof Pair): number => median(pairs.map((pair) => pair[of].rate));
  const ratioOf = (claim: string, pairs: readonly Pair[]) => {
    const ratio = median(pairs.map(({ ours, floor }) => ours.rate / floor.rate));
    return { claim, target: `>= ${leastRatio.toFixed(2)}`, measured: ratio.toFixed(2), holds: ratio >= leastRatio };
  };
  return {
    title: 'A message for a million subscribers, on PostgreSQL',
    setting: `One process with \`${littleMemory.join(' ')}\` schedules a message for all subscribers of its type and expands it into dispatches. The subscribers are bare addresses, or users that \`resolveUsers\` makes from their ids at once. Raw SQL inserts as many dispatches in pages of 5,000 on one connection, from memory. Each runs in a new process and a new schema, with PostgreSQL 18 on the same cores. Neither waits for the disk at a commit. ${few.toLocaleString('en')}: medians of ${runs} interleaved pairs after a warm-up. A million: one pair.`,
    columns: ['', `dispatches a second, of ${few.toLocaleString('en')}`, 'dispatches a second, of a million'],
    rows: results.flatMap(({ kind, few, million }) => [
      [`sitemessage, ${kind}`, String(rates(few, 'ours')), String(million.ours.rate)],
      [`raw SQL, ${kind}`, String(rates(few, 'floor')), String(million.floor.rate)],
    ]),
    ratios: results.flatMap(({ kind, few: pairs, million: pair }) => [
      scheduling(kind, pair.ours),
      ratioOf(`${kind}: ${few.toLocaleString('en')} against raw SQL`, pairs),
      ratioOf(`${kind}: a million against raw SQL`, [pair]),
      flatness(kind, pair.ours),
    ]),
  };
}

const scheduling = (kind: Kind, { scheduleMs, rowsScheduled }: Expanded): Benchmark['ratios'][number] => ({
  claim: `${kind}: a million is scheduled as one row`,
  target: `1 row, <= ${atOnceMs} ms`,
  measured: `${rowsScheduled} row, ${scheduleMs.toFixed(0)} ms`,
  holds: rowsScheduled === 1 && scheduleMs <= atOnceMs,
});

function flatness(kind: Kind, { memory, heapPeakMegabytes, peakMegabytes }: Expanded): Benchmark['ratios'][number] {
  const [first, last] = [memory.at(0), memory.at(-1)] as const;
  const growth = (last?.megabytes as number) / (first?.megabytes as number);
  const steps = memory.map(({ percent, megabytes }) => `${megabytes.toFixed(0)} MB at ${percent} %`).join(', ');
  return {
    claim: `${kind}: the memory of the process stays the same`,
    target: `at 100 % <= ${mostGrowth} x of 10 %`,
    measured: `${steps}; at most ${peakMegabytes.toFixed(0)} MB, ${heapPeakMegabytes.toFixed(0)} MB of heap`,
    holds: growth <= mostGrowth,
  };
}
