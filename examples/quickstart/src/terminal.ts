import { styleText } from 'node:util';
import stringWidth from 'string-width';

const { stdout, env } = process;

/** True in a pipe, in CI or with `NO_COLOR`: plain lines without colours, frames and updates in place. */
export const isPlain: boolean = !stdout.isTTY || Boolean(env.CI) || Boolean(env.NO_COLOR);

const margin = '  ';
const widest = 96;

/** The columns to write in. Longer lines are hard to read. */
export const width: number = Math.min(stdout.columns || 80, widest + 2 * margin.length) - 2 * margin.length;

export function print(...lines: readonly string[]): void {
  for (const line of lines) stdout.write(`${line && margin}${line}\n`);
}

/** Replaces the line with the cursor. */
export function reprint(line: string): void {
  stdout.write(`\r${margin}${line}\x1b[K`);
}

export function paint(format: Parameters<typeof styleText>[0], text: string): string {
  return isPlain ? text : styleText(format, text, { validateStream: false });
}

/** Returns a line with a word in its first column and a text in the second. */
export function label(word: string, text: string): string {
  return `${paint('bold', word.padEnd(11))}${text}`;
}

/**
 * Aligns rows in columns, numbers to the right. 東 takes two columns of the screen, and a colour takes none.
 */
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

/** Formats a number as `1,000`. */
export function format(cell: string | number): string {
  return typeof cell === 'number' ? cell.toLocaleString('en') : cell;
}

export function quit(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
