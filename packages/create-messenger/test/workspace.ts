import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const packages = join(import.meta.dirname, '..', '..');
const versions = new Map(
  readdirSync(packages).map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')) as { name: string; version: string };
    return [name, version];
  }),
);

/** Returns the version of a package of this workspace. */
export function versionOf(name: string): string {
  const version = versions.get(name);
  if (version === undefined) throw new Error(`There is no package ${name} in this workspace.`);
  return version;
}

/** Returns the range that dependents ask for: all versions of the same major. */
export const rangeOf = (name: string): string => `^${versionOf(name).split('.')[0]}.0.0`;
