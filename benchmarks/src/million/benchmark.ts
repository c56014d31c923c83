import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startPostgres } from '@sitemessage/test-support/postgres';
import type { Benchmark } from '../results.ts';
import type { Report } from './child.ts';

const heapMegabytes = 96;
const longestMs = 200;
const count = 1_000_000;

/**
 * Schedules a million recipients from an async generator with little memory. It ignores `runs` and runs once
 * on each storage.
 */
export async function million(): Promise<Benchmark> {
  const server = await startPostgres({ durable: true });
  try {
    return describe([await reportOf([server.connectionString]), await reportOf([])]);
  } finally {
    await server.close();
  }
}

/** Runs the process and returns its report. @throws When it runs out of memory. */
async function reportOf(args: readonly string[]): Promise<Report> {
  const child = fork(join(import.meta.dirname, 'child.ts'), args, { execArgv: [`--max-old-space-size=${heapMegabytes}`] });
  const [report] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [Report | number];
  if (typeof report !== 'object' || report === null) throw new Error(`The process ended with ${report} and without a report.`);
  const { storage, longestTransaction } = report;
  process.stdout.write(`${storage}: longest transaction ${longestTransaction.ms.toFixed(0)} ms: ${longestTransaction.what}\n`);
  return report;
}

function describe(reports: readonly Report[]): Benchmark {
  return {
    title: 'A million recipients from an async generator',
    setting: `One process with \`--max-old-space-size=${heapMegabytes}\` schedules and expands. It measures its longest transaction from \`begin\` to the end of \`commit\`. The longest delay is that of its event loop.`,
    columns: ['', 'seconds', 'longest transaction, ms', 'longest delay of the event loop, ms', 'peak memory of the process, MB'],
    rows: reports.map(({ storage, seconds, longestTransaction, longestDelayMs, peakMegabytes }) => [
      storage,
      seconds.toFixed(1),
      longestTransaction.ms.toFixed(0),
      longestDelayMs.toFixed(0),
      peakMegabytes.toFixed(0),
    ]),
    ratios: reports.flatMap(({ storage, dispatches, longestTransaction: { ms } }) => [
      {
        claim: `${storage}: passes with ${heapMegabytes} MB`,
        target: count.toLocaleString('en'),
        measured: dispatches.toLocaleString('en'),
        holds: dispatches === count,
      },
      { claim: `${storage}: longest transaction`, target: `<= ${longestMs} ms`, measured: `${ms.toFixed(0)} ms`, holds: ms <= longestMs },
    ]),
  };
}
