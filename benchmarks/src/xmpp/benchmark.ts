import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Measured, measure, median } from '../measure.ts';
import type { Benchmark } from '../results.ts';
import type { Received, SandboxAddress } from './sandbox.ts';
import { type SenderName, senders } from './senders.ts';

const messages = 2_000;
const texts = Array.from(
  { length: messages },
  (_, index) => `${index}: your parcel has left our store and will reach you within three days.`,
);
const names = Object.keys(senders) as SenderName[];
const leastThroughput = 0.6;

interface Run extends Measured {
  readonly sender: SenderName;
  readonly connected: number;
}

/**
 * Compares the messenger's session, which has a result for each message, with its library, which has none.
 */
export async function xmpp(runs: number): Promise<Benchmark> {
  const sandbox = fork(join(import.meta.dirname, 'sandbox.ts'));
  try {
    const [address] = (await once(sandbox, 'message')) as [SandboxAddress];
    const measured: Run[] = [];
    for (let run = 0; run <= runs; run++) {
      for (const name of names) {
        const result = await sendAll(sandbox, address, name);
        process.stdout.write(`${run === 0 ? 'warm-up' : `run ${run}`}: ${name}: ${rate(result)}/s\n`);
        if (run > 0) measured.push(result);
      }
    }
    return describe(measured, runs);
  } finally {
    sandbox.disconnect();
  }
}

async function sendAll(sandbox: ChildProcess, address: SandboxAddress, name: SenderName): Promise<Run> {
  const sender = await senders[name](address);
  let measured: Measured;
  try {
    measured = await measure(() => sender.send(texts));
  } finally {
    await sender.close();
  }
  sandbox.send('received?');
  const [received] = (await once(sandbox, 'message')) as [Received];
  if (received.texts.length !== messages || received.texts.some((text, index) => text !== texts[index])) {
    throw new Error(`The sandbox got ${received.texts.length} messages, not the ${messages} that were sent, in their order.`);
  }
  return { ...measured, sender: name, connected: received.connected };
}

function describe(measured: readonly Run[], runs: number): Benchmark {
  const of = (name: SenderName): readonly Run[] => measured.filter((run) => run.sender === name);
  const rateOf = (name: SenderName): number => median(of(name).map(rate));
  const peer = 'xmpp.send(), acknowledged';
  const ratio = rateOf('sitemessage') / rateOf(peer);
  const connected = Math.max(...of('sitemessage').map((run) => run.connected));
  return {
    title: 'XMPP: the session of the messenger against bare xmpp.send()',
    setting: `${messages.toLocaleString('en')} messages to one address over one connection with STARTTLS, to one sandbox in another process, which got all of them in order. Medians of ${runs} interleaved runs after a warm-up. The messenger reports for each message that the server took it. \`xmpp.send()\` with stream management resolves when the bytes are written. So the second row shows how fast this process fills its buffers. In the last row the sender waits, as the messenger does, until the server has acknowledged the last message.`,
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
