import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Measured, measure } from '../measure.ts';
import { type Benchmark, median } from '../results.ts';
import { type LaneName, lanes } from './lanes.ts';
import type { Came, Place } from './place.ts';

const messages = 2_000;
const texts = Array.from(
  { length: messages },
  (_, index) => `${index}: your parcel has left our store and will reach you within three days.`,
);
const names = Object.keys(lanes) as LaneName[];
const leastThroughput = 0.6;

interface Run extends Measured {
  readonly lane: LaneName;
  readonly connected: number;
}

/** The session of the messenger, which has a result for each message, against the library that it stands on, which has none. */
export async function xmpp(runs: number): Promise<Benchmark> {
  const sandbox = fork(join(import.meta.dirname, 'sandbox.ts'));
  try {
    const [place] = (await once(sandbox, 'message')) as [Place];
    const measured: Run[] = [];
    for (let run = 0; run <= runs; run++) {
      for (const name of names) {
        const result = await sendAll(sandbox, place, name);
        process.stdout.write(`${run === 0 ? 'warm-up' : `run ${run}`}: ${name}: ${rate(result)}/s\n`);
        if (run > 0) measured.push(result);
      }
    }
    return describe(measured, runs);
  } finally {
    sandbox.disconnect();
  }
}

async function sendAll(sandbox: ChildProcess, place: Place, name: LaneName): Promise<Run> {
  const lane = await lanes[name](place);
  let measured: Measured;
  try {
    measured = await measure(() => lane.send(texts));
  } finally {
    await lane.close();
  }
  sandbox.send('came?');
  const [came] = (await once(sandbox, 'message')) as [Came];
  if (came.texts.length !== messages || came.texts.some((text, index) => text !== texts[index])) {
    throw new Error(`The sandbox got ${came.texts.length} messages, not the ${messages} that were sent, in their order.`);
  }
  return { ...measured, lane: name, connected: came.connected };
}

function describe(measured: readonly Run[], runs: number): Benchmark {
  const of = (lane: LaneName): readonly Run[] => measured.filter((run) => run.lane === lane);
  const rateOf = (lane: LaneName): number => median(of(lane).map(rate));
  const peer = 'xmpp.send(), acknowledged';
  const ratio = rateOf('sitemessage') / rateOf(peer);
  const connected = Math.max(...of('sitemessage').map((run) => run.connected));
  return {
    title: 'XMPP: the session of the messenger against bare xmpp.send()',
    setting: `${messages.toLocaleString('en')} messages to one address over one connection with STARTTLS, to one sandbox in a process of its own, which got all of them in order; medians of ${runs} interleaved runs after a warm-up. The messenger has a result for each message, which says that the server has taken it; \`xmpp.send()\`, with stream management on, resolves when the bytes are written. So the second row says how quickly this process fills its buffers, while the server still works; in the last one somebody waits, as the messenger does, until the server has acknowledged the last message.`,
    columns: ['', 'messages a second', 'CPU of this process per message, microseconds'],
    rows: names.map((name) => [name, String(rateOf(name)), String(median(of(name).map(cpuPerMessage)))]),
    ratios: [
      {
        claim: `throughput against ${peer}`,
        target: `>= ${leastThroughput.toFixed(2)}`,
        measured: ratio.toFixed(2),
        holds: ratio >= leastThroughput,
      },
      { claim: 'connections', target: '<= 1', measured: String(connected), holds: connected <= 1 },
    ],
  };
}

const rate = ({ seconds }: Measured): number => Math.round(messages / seconds);
const cpuPerMessage = ({ cpuSeconds }: Measured): number => Math.round((cpuSeconds / messages) * 1_000_000);
