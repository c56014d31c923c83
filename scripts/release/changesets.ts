import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type RunOptions, run } from './run.ts';

const program = join(import.meta.dirname, '../../node_modules/@changesets/cli/bin.js');

/** Runs the command `changeset`. */
export async function changeset(args: readonly string[], options: RunOptions): Promise<void> {
  await run(process.execPath, [program, ...args], options);
}

/** Returns the names of the changeset files that wait for a version. */
export async function pendingChangesets(root: string): Promise<string[]> {
  return (await readdir(join(root, '.changeset'))).filter((file) => file.endsWith('.md') && file !== 'README.md');
}

/** Returns the packages for which a changeset of the workspace asks for a major version. */
export async function pendingMajors(root: string): Promise<Set<string>> {
  const majors = new Set<string>();
  for (const file of await pendingChangesets(root)) {
    const [, head = ''] = (await readFile(join(root, '.changeset', file), 'utf8')).split(/^---$/m);
    for (const [name, bump] of Object.entries<string>(parse(head) ?? {})) if (bump === 'major') majors.add(name);
  }
  return majors;
}

/** Writes a changeset file. */
export async function addChangeset(root: string, id: string, bumps: Readonly<Record<string, string>>, text: string): Promise<void> {
  const head = Object.entries(bumps).map(([name, bump]) => `${JSON.stringify(name)}: ${bump}\n`);
  await writeFile(join(root, '.changeset', `${id}.md`), `---\n${head.join('')}---\n\n${text}\n`);
}
