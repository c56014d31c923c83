import { expect, it } from 'vitest';
import { read } from './files.ts';

/** A cell of `benchmarks/RESULTS.md`: the row that begins so, in the chapter of this name. */
function measured(chapter: string, row: string, column: number): number {
  const [, part = ''] = read('benchmarks/RESULTS.md').split(`<!-- ${chapter} -->`);
  const line = part.split('\n').find((one) => one.startsWith(`| ${row} |`));
  return Number(line?.split('|')[column + 1]);
}

/** What the page says, by row. */
const figures: Readonly<Record<string, readonly [sqlite: number, postgres: number]>> = {
  'dispatches scheduled a second': [measured('sqlite', 'sitemessage', 1), measured('postgres', 'sitemessage', 1)],
  'dispatches drained a second': [measured('sqlite', 'sitemessage', 2), measured('postgres', 'sitemessage', 2)],
  'mails a second through SMTP, 5 connections': [measured('smtp', 'sitemessage', 1), measured('smtp-postgres', 'sitemessage', 1)],
  'a claim of 50 among 1,000 that are due, ms': [measured('claims', '1,000 due', 2), measured('claims', '1,000 due', 1)],
  'the same among 1,000,000 that are due, ms': [
    measured('claims', '1,000,000 due, and 1,000,000 finished', 2),
    measured('claims', '1,000,000 due, and 1,000,000 finished', 1),
  ],
  'a million recipients scheduled and expanded, seconds': [measured('million', 'SQLite', 1), measured('million', 'PostgreSQL', 1)],
  'memory of that process at its most, MB': [measured('million', 'SQLite', 4), measured('million', 'PostgreSQL', 4)],
};

const page = read('docs/choosing-a-storage.md');

/** Three figures of the memory, two of all else. */
const rounded = (value: number, row: string): string => Number(value.toPrecision(row.startsWith('memory') ? 3 : 2)).toLocaleString('en');

it.each(Object.entries(figures))('the page has the figures that were measured: %s', (row, [sqlite, postgres]) => {
  expect(page).toContain(`| ${row} | ${rounded(sqlite, row)} | ${rounded(postgres, row)} |`);
});

it('the page has the speed-up by a second process', () => {
  const speedUp = measured('processes', '2 processes, 2 ms a send', 1) / measured('processes', '1 process, 2 ms a send', 1);
  expect(page).toContain(`sent ${speedUp.toFixed(1)} times as much`);
});
