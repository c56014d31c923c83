import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The names of files that have become no version yet. */
export async function pendingChangesets(root: string): Promise<string[]> {
  return (await readdir(join(root, '.changeset'))).filter((file) => file.endsWith('.md') && file !== 'README.md');
}

/** The packages that get a new major version by the changesets of a workspace. */
export async function pendingMajors(root: string): Promise<Set<string>> {
  const majors = new Set<string>();
  for (const file of await pendingChangesets(root)) {
    const [, head = ''] = (await readFile(join(root, '.changeset', file), 'utf8')).split(/^---$/m);
    for (const [name, bump] of Object.entries<string>(parse(head) ?? {})) if (bump === 'major') majors.add(name);
  }
  return majors;
}

export async function addChangeset(root: string, id: string, bumps: Readonly<Record<string, string>>, text: string): Promise<void> {
  const head = Object.entries(bumps).map(([name, bump]) => `${JSON.stringify(name)}: ${bump}\n`);
  await writeFile(join(root, '.changeset', `${id}.md`), `---\n${head.join('')}---\n\n${text}\n`);
}
