import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

/** The folders of the packages that a new package needs. Their tarballs replace the registry. */
const folders = ['sitemessage-core', 'http', 'sandbox', 'storage-sqlite', 'create-messenger'] as const;
export type Folder = (typeof folders)[number];

/** Packs each package into a folder, as a user gets it. Builds it first when the build is missing or old. */
export async function packNeeded(into: string): Promise<Readonly<Record<Folder, string>>> {
  const tarballs: [string, string][] = [];
  // The order matters: the types of a package are made from those of the packages before it.
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

/**
 * Returns the time of the last change of each file, in milliseconds since 1970. Empty when there is no
 * folder.
 */
function timesIn(folder: string): readonly number[] {
  if (!statSync(folder, { throwIfNoEntry: false })) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
}
