import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteStorage } from '@sitemessage/storage-sqlite';
import { compare, type Rates } from '../compare.ts';
import { median } from '../measure.ts';
import type { Benchmark } from '../results.ts';
import { sitemessage } from '../sitemessage.ts';
import { floor } from './floor.ts';

const count = 100_000;
const target = 0.6;

/** Compares scheduling and draining on SQLite with raw statements. */
export async function sqlite(runs: number): Promise<Benchmark> {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-bench-'));
  const newFolder = () => mkdtemp(join(folder, 'run-'));
  try {
    const results = await compare(
      {
        sitemessage: async () => sitemessage(sqliteStorage({ path: join(await newFolder(), 'messages.db') })),
        'raw node:sqlite': async () => floor(await newFolder()),
      },
      count,
      runs,
    );
    return describe(results, runs);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function describe(results: Readonly<Record<string, readonly Rates[]>>, runs: number): Benchmark {
  const middle = (name: string, work: keyof Rates): number => median((results[name] as readonly Rates[]).map((rates) => rates[work]));
  return {
    title: 'The queue on SQLite',
    setting: `${count.toLocaleString('en')} dispatches of one message. They are scheduled until each can be claimed, and drained by one process through a messenger that does nothing. A file in WAL mode, whose commits wait for the disk. Medians of ${runs} interleaved runs after a warm-up.`,
    columns: ['', 'scheduled a second', 'drained a second'],
    rows: Object.keys(results).map((name) => [name, String(middle(name, 'schedule')), String(middle(name, 'drain'))]),
    ratios: (['schedule', 'drain'] as const).map((work) => {
      const ratio = middle('sitemessage', work) / middle('raw node:sqlite', work);
      return {
        claim: `${work} against raw node:sqlite`,
        target: `>= ${target.toFixed(2)}`,
        measured: ratio.toFixed(2),
        holds: ratio >= target,
      };
    }),
  };
}
