import { readdirSync, readFileSync } from 'node:fs';

/** What a package says of itself, to be compared with what it is. */
interface Documents {
  readonly readme: string;
  /** Every file below src, one after the other. */
  readonly source: string;
  /** The rows of the tables under a heading of the README, without their heads and without back-ticks. */
  rows(heading: string): readonly (readonly string[])[];
  /** The properties of an interface, in order. */
  properties(name: string): readonly string[];
}

/** Of the package in whose `test` folder the module with this URL is. */
export function documentsOf(moduleUrl: string): Documents {
  const readme = readFileSync(new URL('../README.md', moduleUrl), 'utf8');
  const folder = new URL('../src/', moduleUrl);
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith('.ts'));
  const source = files.map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n');
  return {
    readme,
    source,
    rows(heading) {
      const [section = ''] = (readme.split(`\n## ${heading}\n`)[1] ?? '').split('\n## ');
      return [...section.matchAll(/^\| `.*$/gm)].map(([row]) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim().replaceAll('`', '')),
      );
    },
    properties(name) {
      const [, body = ''] = new RegExp(`export interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(source) ?? [];
      return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, property = '']) => property);
    },
  };
}
