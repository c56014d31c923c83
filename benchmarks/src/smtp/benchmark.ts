import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Storage } from '@sitemessage/core/storage';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { dropSchema } from '../fixtures.ts';
import { type Measured, median } from '../measure.ts';
import type { Benchmark } from '../results.ts';
import { mails, sendThroughPipeline, sendThroughPool } from './senders.ts';

const connections = 5;

/** A kind of storage. */
interface StorageKind {
  readonly name: string;
  /** Makes an empty storage. */
  create(): Promise<Storage>;
  /** Deletes the files or tables of the last one. */
  remove(): Promise<void>;
}

export function smtpOnSqlite(runs: number): Promise<Benchmark> {
  let folder = '';
  const kind = {
    name: 'SQLite',
    async create() {
      folder = await mkdtemp(join(tmpdir(), 'sitemessage-bench-'));
      return sqliteStorage({ path: join(folder, 'messages.db') });
    },
    remove: () => rm(folder, { recursive: true }),
  };
  return againstPool(kind, runs, 0.9, 1.35);
}

export async function smtpOnPostgres(runs: number): Promise<Benchmark> {
  const server = await startPostgres({ durable: true });
  const { connectionString } = server;
  let schema = '';
  const kind = {
    name: 'PostgreSQL',
    async create() {
      schema = randomUUID();
      return postgresStorage({ connectionString, schema });
    },
    remove: () => dropSchema(connectionString, schema),
  };
  try {
    return await againstPool(kind, runs, 0.9, 1.35);
  } finally {
    await server.close();
  }
}

/**
 * Compares the SMTP pipeline on a storage with nodemailer's pool, in turns, after one run of each to warm up.
 */
async function againstPool(kind: StorageKind, runs: number, leastThroughput: number, mostCpu: number): Promise<Benchmark> {
  const server = fork(join(import.meta.dirname, 'server.ts'));
  try {
    const [{ port }] = (await once(server, 'message')) as [{ port: number }];
    const ours: Measured[] = [];
    const theirs: Measured[] = [];
    for (let run = 0; run <= runs; run++) {
      const pipeline = await sendThroughPipeline(await kind.create(), port, connections);
      await kind.remove();
      const pool = await sendThroughPool(port, connections);
      process.stdout.write(`${run === 0 ? 'warm-up' : `run ${run}`}: pipeline ${rate(pipeline)}/s, pool ${rate(pool)}/s\n`);
      if (run === 0) continue;
      ours.push(pipeline);
      theirs.push(pool);
    }
    await checkTaken(server, 2 * mails * (runs + 1));
    return describe(kind.name, ours, theirs, runs, leastThroughput, mostCpu);
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
    setting: `${mails.toLocaleString('en')} mails through ${connections} connections without TLS into one smtp-server in another process. Medians of ${runs} interleaved runs after a warm-up.`,
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
