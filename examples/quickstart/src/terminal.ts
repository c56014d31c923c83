import { styleText } from 'node:util';
import stringWidth from 'string-width';

const { stdout, env } = process;

/** In a pipe, in CI or with NO_COLOR: plain lines, without colours, frames and lines that change. */
export const isPlain: boolean = !stdout.isTTY || Boolean(env.CI) || Boolean(env.NO_COLOR);

const margin = '  ';
const widest = 96;

/** Columns to write in: longer lines are hard to read. */
export const width: number = Math.min(stdout.columns || 80, widest + 2 * margin.length) - 2 * margin.length;

export function print(...lines: readonly string[]): void {
  for (const line of lines) stdout.write(`${line && margin}${line}\n`);
}

/** Replaces the line that the cursor is in. */
export function reprint(line: string): void {
  stdout.write(`\r${margin}${line}\x1b[K`);
}

export function paint(format: Parameters<typeof styleText>[0], text: string): string {
  return isPlain ? text : styleText(format, text, { validateStream: false });
}

/** A line of the form `Word  what there is to say`, with the words below one another. */
export function label(word: string, text: string): string {
  return `${paint('bold', word.padEnd(11))}${text}`;
}

/** Columns as wide as their widest cell, where 東 takes two and a colour none; numbers stand to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): readonly string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => stringWidth(format(row[column] ?? '')))));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const gap = ' '.repeat((widths[column] as number) - stringWidth(format(cell)));
        return typeof cell === 'number' ? gap + format(cell) : format(cell) + gap;
      })
      .join('   ')
      .trimEnd(),
  );
}

/** 1000 -> `1,000`. */
export function format(cell: string | number): string {
  return typeof cell === 'number' ? cell.toLocaleString('en') : cell;
}

export function quit(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
