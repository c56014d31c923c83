import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

const packages = join(import.meta.dirname, '..', 'packages');

/** What a user imports: `@sitemessage/core/memory` and the file behind it. */
export interface EntryPoint {
  readonly name: string;
  readonly file: string;
}

/** The folders in `packages`, the heart of it first. */
export const packageFolders: readonly string[] = globSync('*/package.json', { cwd: packages })
  .map((manifest) => dirname(manifest))
  .sort((a, b) => Number(b === 'sitemessage-core') - Number(a === 'sitemessage-core') || a.localeCompare(b));

export const manifestOf = (folder: string): { name: string; exports?: Readonly<Record<string, string>> } =>
  JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'));

export const entryPoints: readonly EntryPoint[] = packageFolders.flatMap((folder) => {
  const { name, exports = {} } = manifestOf(folder);
  return Object.entries(exports).map(([path, file]) => ({ name: posix.join(name, path), file: join(packages, folder, file) }));
});
