import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

/** The packages that get a new major version by the changesets of a workspace. */
export async function pendingMajors(root: string): Promise<Set<string>> {
  const folder = join(root, '.changeset');
  const majors = new Set<string>();
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.md') || file === 'README.md') continue;
    const [, head = ''] = (await readFile(join(folder, file), 'utf8')).split(/^---$/m);
    for (const [name, bump] of Object.entries<string>(parse(head) ?? {})) if (bump === 'major') majors.add(name);
  }
  return majors;
}

export async function addChangeset(root: string, id: string, bumps: Readonly<Record<string, string>>, text: string): Promise<void> {
  const head = Object.entries(bumps).map(([name, bump]) => `${JSON.stringify(name)}: ${bump}\n`);
  await writeFile(join(root, '.changeset', `${id}.md`), `---\n${head.join('')}---\n\n${text}\n`);
}
