import { readdirSync, readFileSync } from 'node:fs';

/** The README and the source of a package, for tests that compare them. */
interface Documents {
  readonly readme: string;
  /** All files below `src`, joined. */
  readonly source: string;
  /** Returns the rows of the tables under a heading of the README, without table heads and back-ticks. */
  rows(heading: string): readonly (readonly string[])[];
  /** Returns the names of an interface's properties, in order. */
  properties(name: string): readonly string[];
}

/** Reads the documents of the package whose `test` folder holds the module with this URL. */
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
