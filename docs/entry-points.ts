import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

const packages = join(import.meta.dirname, '..', 'packages');

/** A name that a user imports, such as `@sitemessage/core/memory`, and its file. */
export interface EntryPoint {
  readonly name: string;
  readonly file: string;
}

/** Folders in `packages`: core first, then by name. */
export const packageFolders: readonly string[] = globSync('*/package.json', { cwd: packages })
  .map((manifest) => dirname(manifest))
  .sort((a, b) => Number(b === 'sitemessage-core') - Number(a === 'sitemessage-core') || a.localeCompare(b));

export const manifestOf = (folder: string): { name: string; exports?: Readonly<Record<string, string>> } =>
  JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'));

export const entryPoints: readonly EntryPoint[] = packageFolders.flatMap((folder) => {
  const { name, exports = {} } = manifestOf(folder);
  return Object.entries(exports).map(([path, file]) => ({ name: posix.join(name, path), file: join(packages, folder, file) }));
});
