import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startPostgres } from '@sitemessage/test-support/postgres';
import type { Benchmark } from '../results.ts';
import type { Report } from './report.ts';

const heapMegabytes = 96;
const longestMs = 200;
const count = 1_000_000;

/** A million recipients from an async generator, in a process that has little memory. Once on each storage: `runs` is of no use here. */
export async function million(): Promise<Benchmark> {
  const server = await startPostgres({ durable: true });
  try {
    return describe([await reportOf([server.connectionString]), await reportOf([])]);
  } finally {
    await server.close();
  }
}

/** A process that runs out of memory ends without a report. */
async function reportOf(args: readonly string[]): Promise<Report> {
  const child = fork(join(import.meta.dirname, 'child.ts'), args, { execArgv: [`--max-old-space-size=${heapMegabytes}`] });
  const [report] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [Report | number];
  if (typeof report !== 'object' || report === null) throw new Error(`The process ended with ${report}, and without a report.`);
  const { storage, longestTransaction } = report;
  process.stdout.write(`${storage}: longest transaction ${longestTransaction.ms.toFixed(0)} ms: ${longestTransaction.what}\n`);
  return report;
}

function describe(reports: readonly Report[]): Benchmark {
  return {
    title: 'A million recipients from an async generator',
    setting: `Scheduled and expanded by one process with \`--max-old-space-size=${heapMegabytes}\`. The longest transaction is measured from \`begin\` to the end of \`commit\`, by the process; the longest stretch is how long its event loop got no turn.`,
    columns: ['', 'seconds', 'longest transaction, ms', 'longest stretch, ms', 'memory of the process at its most, MB'],
    rows: reports.map(({ storage, seconds, longestTransaction, longestStretchMs, peakMegabytes }) => [
      storage,
      seconds.toFixed(1),
      longestTransaction.ms.toFixed(0),
      longestStretchMs.toFixed(0),
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
