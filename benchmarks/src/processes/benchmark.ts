import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createSitemessage } from '@sitemessage/core';
import { postgresStorage } from '@sitemessage/storage-postgres';
import { startPostgres } from '@sitemessage/test-support/postgres';
import { addressesUpTo, dropSchema, recordingMessenger } from '../fixtures.ts';
import { median } from '../measure.ts';
import type { Benchmark } from '../results.ts';
import type { SenderOptions, SenderRequest } from './sender.ts';

/** Providers by the time that a send takes. The counts keep one process busy for some seconds. */
const providers = [
  { name: 'nothing to wait for', count: 100_000, concurrency: 50, sendMs: 0 },
  { name: '2 ms a send', count: 20_000, concurrency: 10, sendMs: 2 },
] as const;

type Provider = (typeof providers)[number];

interface Drained {
  readonly rate: number;
  readonly repeats: number;
}

/** Compares two processes that send with one. */
export async function processes(runs: number): Promise<Benchmark> {
  const server = await startPostgres({ durable: true });
  try {
    const results = new Map<string, Drained[]>();
    for (let run = 0; run <= runs; run++) {
      for (const provider of providers) {
        for (const many of [1, 2]) {
          const drained = await drain(server.connectionString, provider, many);
          process.stdout.write(
            `${run === 0 ? 'warm-up' : `run ${run}`}: ${provider.name}, ${many}: ${drained.rate}/s, ${drained.repeats} repeats\n`,
          );
          if (run > 0) results.set(rowOf(provider, many), [...(results.get(rowOf(provider, many)) ?? []), drained]);
        }
      }
    }
    return describe(results, runs);
  } finally {
    await server.close();
  }
}

const describeProvider = ({ name, count, concurrency }: Provider): string =>
  `${count.toLocaleString('en')} with ${name}, ${concurrency} at a time in each`;

const rowOf = ({ name }: Provider, many: number): string => `${many} ${many === 1 ? 'process' : 'processes'}, ${name}`;

async function drain(connectionString: string, provider: Provider, many: number): Promise<Drained> {
  const schema = `many_${randomUUID()}`;
  const { count, concurrency, sendMs } = provider;
  const options: SenderOptions = { connectionString, schema, concurrency, sendMs };
  const site = createSitemessage({
    storage: postgresStorage({ connectionString, schema }),
    messengers: [recordingMessenger([], options)({})],
  });
  await site.scheduleMessages('Hello', site.recipients('post', addressesUpTo(count)));
  await site.prepareDispatches();
  const children = Array.from({ length: many }, () => fork(join(import.meta.dirname, 'sender.ts'), [JSON.stringify(options)]));
  try {
    await Promise.all(children.map(answer));
    const start = performance.now();
    await Promise.all(children.map((child) => ask(child, 'send')));
    const seconds = (performance.now() - start) / 1_000;
    const left = await site.counts();
    if (left.length > 0) throw new Error(`Something is left: ${JSON.stringify(left)}.`);
    const sent = ((await Promise.all(children.map((child) => ask(child, 'tell')))) as string[][]).flat();
    if (new Set(sent).size !== count) throw new Error(`${new Set(sent).size} of ${count} were sent.`);
    return { rate: Math.round(count / seconds), repeats: sent.length - count };
  } finally {
    for (const child of children) child.kill();
    await site.close();
    await dropSchema(connectionString, schema);
  }
}

function ask(child: ChildProcess, request: SenderRequest): Promise<unknown> {
  const answered = answer(child);
  child.send(request);
  return answered;
}

/** Returns the next message of a process. @throws When the process ends first. */
async function answer(child: ChildProcess): Promise<unknown> {
  const exited = new AbortController();
  const onExit = (): void => exited.abort();
  child.once('exit', onExit);
  try {
    const [said] = await once(child, 'message', { signal: exited.signal });
    return said;
  } finally {
    child.off('exit', onExit);
  }
}

function describe(results: ReadonlyMap<string, readonly Drained[]>, runs: number): Benchmark {
  const rate = (provider: Provider, many: number): number =>
    median((results.get(rowOf(provider, many)) as readonly Drained[]).map(({ rate }) => rate));
  const repeats = [...results.values()].flat().reduce((sum, drained) => sum + drained.repeats, 0);
  return {
    title: 'Many processes on PostgreSQL',
    setting: `One process schedules, and one or two others send: ${providers.map(describeProvider).join('; ')}. Measured from when the senders are ready until nothing is left. The processes and the database share the cores of one machine. Medians of ${runs} interleaved runs after a warm-up.`,
    columns: ['', 'sent a second'],
    rows: providers.flatMap((provider) => [1, 2].map((many) => [rowOf(provider, many), String(rate(provider, many))])),
    ratios: [
      ...providers.map((provider) => {
        const ratio = rate(provider, 2) / rate(provider, 1);
        return { claim: `2 processes against 1, ${provider.name}`, target: '> 1.00', measured: ratio.toFixed(2), holds: ratio > 1 };
      }),
      { claim: 'dispatches delivered twice', target: '0', measured: String(repeats), holds: repeats === 0 },
    ],
  };
}
