import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { plot } from './plot.ts';

/** The result of one benchmark. */
export interface Benchmark {
  readonly title: string;
  /** A description of the work that was measured. */
  readonly setting: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The claims, each with its target and the measured value. */
  readonly ratios: readonly Ratio[];
}

interface Ratio {
  readonly claim: string;
  readonly target: string;
  readonly measured: string;
  readonly holds: boolean;
}

const folder = join(import.meta.dirname, '..');
const file = join(folder, 'RESULTS.md');

/** Prints the result and writes it to RESULTS.md, where it replaces the last result of this name. */
export async function writeResults(name: string, benchmark: Benchmark): Promise<void> {
  const text = render(name, benchmark);
  await mkdir(join(folder, 'plots'), { recursive: true });
  await writeFile(join(folder, 'plots', `${name}.svg`), plot(benchmark.title, benchmark.columns, benchmark.rows));
  process.stdout.write(`\n${text}\n`);
  const before = await readFile(file, 'utf8').catch(
    () => '# Benchmarks\n\nWritten by `pnpm bench`. Compare ratios, not figures: figures hold for one machine on one day.\n',
  );
  const section = `<!-- ${name} -->\n${text}<!-- /${name} -->\n`;
  const old = new RegExp(`<!-- ${name} -->\\n[\\s\\S]*<!-- /${name} -->\\n`);
  await writeFile(file, old.test(before) ? before.replace(old, () => section) : `${before}\n${section}`);
}

function render(name: string, { title, setting, columns, rows, ratios }: Benchmark): string {
  const claims = ratios.map(({ claim, target, measured, holds }) => [claim, target, measured, holds ? 'yes' : '**no**']);
  return [
    `## ${title}`,
    setting,
    machine(),
    `![${title}](plots/${name}.svg)`,
    table(columns, rows),
    table(['claim', 'target', 'measured', 'holds'], claims),
    '',
  ].join('\n\n');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

function machine(): string {
  const [cpu] = cpus();
  const gib = Math.round(totalmem() / 2 ** 30);
  return `Node ${process.versions.node}, SQLite ${process.versions.sqlite}, ${cpus().length} cores (${cpu?.model.trim()}), ${gib} GiB, ${process.platform} ${release()}, ${new Date().toISOString().slice(0, 10)}.`;
}
