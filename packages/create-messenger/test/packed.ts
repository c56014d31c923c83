import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/** Packages that what is rendered needs, by folder: the tarballs of all of them stand for the registry. */
const folders = ['sitemessage-core', 'http', 'sandbox', 'storage-sqlite', 'create-messenger'] as const;
export type Folder = (typeof folders)[number];

/** What a user gets of each, as a tarball in this folder. Built first when it is not, or when its source is newer. */
export async function packNeeded(into: string): Promise<Readonly<Record<Folder, string>>> {
  const tarballs: [string, string][] = [];
  // In this order: the types of one are made from those of the one before.
  for (const folder of folders) {
    const cwd = join(root, folder);
    if (isStale(cwd)) await run('npx', ['-y', 'pnpm@12', 'run', 'build'], { cwd });
    const { stdout } = await run('npx', ['-y', 'pnpm@12', 'pack', '--json', '--pack-destination', into], { cwd });
    const { filename } = JSON.parse(stdout) as { filename: string };
    tarballs.push([folder, filename]);
  }
  return Object.fromEntries(tarballs) as Record<Folder, string>;
}

function isStale(cwd: string): boolean {
  const built = timesIn(join(cwd, 'dist'));
  return built.length === 0 || Math.max(...timesIn(join(cwd, 'src'))) > Math.min(...built);
}

/** When each file was changed. None when there is no such folder. */
function timesIn(folder: string): readonly number[] {
  if (!statSync(folder, { throwIfNoEntry: false })) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
}
