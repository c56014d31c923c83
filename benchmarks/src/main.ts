/**
 * `pnpm bench [name ...] [--runs N]`: runs the named benchmarks, or all, and writes their results to
 * RESULTS.md.
 */
import { parseArgs } from 'node:util';
import { claimLatency } from './claims/benchmark.ts';
import { fanOut } from './fan-out/benchmark.ts';
import { http } from './http/benchmark.ts';
import { million } from './million/benchmark.ts';
import { postgres } from './postgres/benchmark.ts';
import { processes } from './processes/benchmark.ts';
import { type Benchmark, writeResults } from './results.ts';
import { smtpOnPostgres, smtpOnSqlite } from './smtp/benchmark.ts';
import { sqlite } from './sqlite/benchmark.ts';
import { xmpp } from './xmpp/benchmark.ts';

const benchmarks: Readonly<Record<string, (runs: number) => Promise<Benchmark>>> = {
  smtp: smtpOnSqlite,
  'smtp-postgres': smtpOnPostgres,
  http,
  xmpp,
  sqlite,
  postgres,
  claims: claimLatency,
  processes,
  million,
  'fan-out': fanOut,
};

const { positionals, values } = parseArgs({ allowPositionals: true, options: { runs: { type: 'string', default: '7' } } });
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new TypeError('`--runs` must be an integer of at least 1.');

for (const name of positionals.length > 0 ? positionals : Object.keys(benchmarks)) {
  const benchmark = benchmarks[name];
  if (!benchmark) throw new TypeError(`There is no benchmark "${name}". Use one of ${Object.keys(benchmarks).join(', ')}.`);
  await writeResults(name, await benchmark(runs));
}
