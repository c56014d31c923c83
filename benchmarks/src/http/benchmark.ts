import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Measured, measure, median } from '../measure.ts';
import type { Benchmark } from '../results.ts';
import type { Received, SandboxAddress } from './sandbox.ts';
import { type Sender, type SenderName, senders } from './senders.ts';

const messages = 4_000;
const atOnce = [1, 8, 32] as const;
const text = 'Your parcel has left our store in Springfield and will reach you within three days; you need not be at home.';
const names = Object.keys(senders) as SenderName[];
const leastThroughput = 0.6;

interface Run extends Measured {
  readonly sender: SenderName;
  readonly atOnce: number;
  readonly connected: number;
}

/**
 * Compares a messenger's session on `@sitemessage/http` with a bare `fetch` that posts the same to the same
 * server.
 */
export async function http(runs: number): Promise<Benchmark> {
  const sandbox = fork(join(import.meta.dirname, 'sandbox.ts'));
  try {
    const [address] = (await once(sandbox, 'message')) as [SandboxAddress];
    const measured: Run[] = [];
    for (let run = 0; run <= runs; run++) {
      for (const workers of atOnce) {
        for (const name of names) {
          const result = await sendAll(sandbox, address, name, workers);
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

async function sendAll(sandbox: ChildProcess, address: SandboxAddress, name: SenderName, workers: number): Promise<Run> {
  const sender = await senders[name](address);
  try {
    const measured = await measure(() => share(sender, workers));
    sandbox.send('received?');
    const [received] = (await once(sandbox, 'message')) as [Received];
    if (received.messages !== messages) throw new Error(`The sandbox got ${received.messages} messages, not ${messages}.`);
    return { ...measured, sender: name, atOnce: workers, connected: received.connected };
  } finally {
    await sender.close();
  }
}

async function share(sender: Sender, workers: number): Promise<void> {
  let next = 1;
  const work = async (): Promise<void> => {
    while (next <= messages) await sender.send(next++, text);
  };
  await Promise.all(Array.from({ length: workers }, work));
}

function describe(measured: readonly Run[], runs: number): Benchmark {
  const of = (name: SenderName, workers: number): readonly Run[] => measured.filter((run) => run.sender === name && run.atOnce === workers);
  const rateOf = (name: SenderName, workers: number): number => median(of(name, workers).map(rate));
  const cpuOf = (name: SenderName, workers: number): number => median(of(name, workers).map(cpuPerMessage));
  const most = Math.max(...atOnce);
  const connected = Math.max(...of('sitemessage', most).map((run) => run.connected));
  return {
    title: 'HTTP: the session of a messenger against a bare fetch',
    setting: `${messages.toLocaleString('en')} messages of one text. Telegram's messenger, ky and \`fetch\` post the same JSON to one sandbox in another process. Medians of ${runs} interleaved runs after a warm-up. The sandbox limits the rates when many are sent at a time. The CPU time is that of the sender alone.`,
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
