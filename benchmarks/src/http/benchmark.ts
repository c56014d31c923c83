import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Measured, measure } from '../measure.ts';
import { type Benchmark, median } from '../results.ts';
import { type Lane, type LaneName, lanes } from './lanes.ts';
import type { Came, Place } from './place.ts';

const messages = 4_000;
const atOnce = [1, 8, 32] as const;
const text = 'Your parcel has left our store in Springfield and will reach you within three days; you need not be at home.';
const names = Object.keys(lanes) as LaneName[];
const leastThroughput = 0.6;

interface Run extends Measured {
  readonly lane: LaneName;
  readonly atOnce: number;
  readonly connected: number;
}

/** The session of a messenger that sends over `@sitemessage/http`, against a bare `fetch` that posts the same to the same server. */
export async function http(runs: number): Promise<Benchmark> {
  const sandbox = fork(join(import.meta.dirname, 'sandbox.ts'));
  try {
    const [place] = (await once(sandbox, 'message')) as [Place];
    const measured: Run[] = [];
    for (let run = 0; run <= runs; run++) {
      for (const workers of atOnce) {
        for (const name of names) {
          const result = await sendAll(sandbox, place, name, workers);
          process.stdout.write(`${run === 0 ? 'warm-up' : `run ${run}`}: ${name}, ${workers} at a time: ${rate(result)}/s\n`);
          if (run > 0) measured.push(result);
        }
      }
    }
    return describe(measured, runs);
  } finally {
    sandbox.disconnect();
  }
}

async function sendAll(sandbox: ChildProcess, place: Place, name: LaneName, workers: number): Promise<Run> {
  const lane = await lanes[name](place);
  try {
    const measured = await measure(() => share(lane, workers));
    sandbox.send('came?');
    const [came] = (await once(sandbox, 'message')) as [Came];
    if (came.messages !== messages) throw new Error(`The sandbox got ${came.messages} messages, not ${messages}.`);
    return { ...measured, lane: name, atOnce: workers, connected: came.connected };
  } finally {
    await lane.close();
  }
}

async function share(lane: Lane, workers: number): Promise<void> {
  let next = 1;
  const work = async (): Promise<void> => {
    while (next <= messages) await lane.send(next++, text);
  };
  await Promise.all(Array.from({ length: workers }, work));
}

function describe(measured: readonly Run[], runs: number): Benchmark {
  const of = (lane: LaneName, workers: number): readonly Run[] => measured.filter((run) => run.lane === lane && run.atOnce === workers);
  const rateOf = (lane: LaneName, workers: number): number => median(of(lane, workers).map(rate));
  const cpuOf = (lane: LaneName, workers: number): number => median(of(lane, workers).map(cpuPerMessage));
  const most = Math.max(...atOnce);
  const connected = Math.max(...of('sitemessage', most).map((run) => run.connected));
  return {
    title: 'HTTP: the session of a messenger against a bare fetch',
    setting: `${messages.toLocaleString('en')} messages of one text, by Telegram's messenger and by others that post the same JSON, to one sandbox in a process of its own; medians of ${runs} interleaved runs after a warm-up. The sandbox is what limits the rates when many are sent at a time; the CPU is that of the sender alone.`,
    columns: [
      '',
      ...atOnce.map((workers) => `messages a second, ${workers} at a time`),
      ...atOnce.map((workers) => `CPU of this process per message, ${workers} at a time, microseconds`),
    ],
    rows: names.map((name) => [
      name,
      ...atOnce.map((workers) => String(rateOf(name, workers))),
      ...atOnce.map((workers) => String(cpuOf(name, workers))),
    ]),
    ratios: [
      ...atOnce.map((workers) => {
        const ratio = rateOf('sitemessage', workers) / rateOf('fetch', workers);
        return {
          claim: `throughput against fetch, ${workers} at a time`,
          target: `>= ${leastThroughput.toFixed(2)}`,
          measured: ratio.toFixed(2),
          holds: ratio >= leastThroughput,
        };
      }),
      {
        claim: `connections for ${messages.toLocaleString('en')} messages, ${most} at a time`,
        target: `<= ${most}`,
        measured: String(connected),
        holds: connected <= most,
      },
    ],
  };
}

const rate = ({ seconds }: Measured): number => Math.round(messages / seconds);
const cpuPerMessage = ({ cpuSeconds }: Measured): number => Math.round((cpuSeconds / messages) * 1_000_000);
