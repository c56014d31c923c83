import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Storage } from '@sitemessage/core/storage';
import type { Measured } from '../measure.ts';
import { type Benchmark, median } from '../results.ts';
import { mails } from './mail.ts';
import { sendThroughPipeline } from './pipeline.ts';
import { sendThroughPool } from './pool.ts';

const connections = 5;

/** Makes an empty storage, and gets rid of it. */
interface Place {
  readonly name: string;
  storage(): Promise<Storage>;
  clear(): Promise<void>;
}

/** The SMTP pipeline on a storage against nodemailer's own pool, in turns, after one run of each to warm up. */
export async function againstPool(place: Place, runs: number, leastThroughput: number, mostCpu: number): Promise<Benchmark> {
  const server = fork(join(import.meta.dirname, 'server.ts'));
  try {
    const [{ port }] = (await once(server, 'message')) as [{ port: number }];
    const ours: Measured[] = [];
    const theirs: Measured[] = [];
    for (let run = 0; run <= runs; run++) {
      const pipeline = await sendThroughPipeline(await place.storage(), port, connections);
      await place.clear();
      const pool = await sendThroughPool(port, connections);
      process.stdout.write(`${run === 0 ? 'warm-up' : `run ${run}`}: pipeline ${rate(pipeline)}/s, pool ${rate(pool)}/s\n`);
      if (run === 0) continue;
      ours.push(pipeline);
      theirs.push(pool);
    }
    await checkTaken(server, 2 * mails * (runs + 1));
    return describe(place.name, ours, theirs, runs, leastThroughput, mostCpu);
  } finally {
    server.disconnect();
  }
}

async function checkTaken(server: ChildProcess, expected: number): Promise<void> {
  server.send('taken?');
  const [{ taken }] = (await once(server, 'message')) as [{ taken: number }];
  if (taken !== expected) throw new Error(`The server took ${taken} mails, not ${expected}.`);
}

function describe(
  storage: string,
  ours: readonly Measured[],
  theirs: readonly Measured[],
  runs: number,
  leastThroughput: number,
  mostCpu: number,
): Benchmark {
  const throughput = median(ours.map(rate)) / median(theirs.map(rate));
  const cpu = median(ours.map(cpuPerMail)) / median(theirs.map(cpuPerMail));
  const row = (name: string, measured: readonly Measured[]): string[] => [
    name,
    String(median(measured.map(rate))),
    String(median(measured.map(cpuPerMail))),
  ];
  return {
    title: `SMTP: the pipeline on ${storage} against the pool of nodemailer`,
    setting: `${mails.toLocaleString('en')} mails through ${connections} connections without TLS into one smtp-server in a process of its own; medians of ${runs} interleaved runs after a warm-up.`,
    columns: ['', 'mails a second', 'CPU of this process per mail, microseconds'],
    rows: [row('sitemessage', ours), row('nodemailer pool', theirs)],
    ratios: [
      {
        claim: 'throughput against the pool',
        target: `>= ${leastThroughput.toFixed(2)}`,
        measured: throughput.toFixed(2),
        holds: throughput >= leastThroughput,
      },
      {
        claim: 'client CPU per mail against the pool',
        target: `<= ${mostCpu.toFixed(2)}`,
        measured: cpu.toFixed(2),
        holds: cpu <= mostCpu,
      },
    ],
  };
}

const rate = ({ seconds }: Measured): number => Math.round(mails / seconds);
const cpuPerMail = ({ cpuSeconds }: Measured): number => Math.round((cpuSeconds / mails) * 1_000_000);
