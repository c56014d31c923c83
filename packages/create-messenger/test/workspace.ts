import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const packages = join(import.meta.dirname, '..', '..');
const versions = new Map(
  readdirSync(packages).map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')) as { name: string; version: string };
    return [name, version];
  }),
);

/** Of a package of this workspace, as its manifest has it. */
export function versionOf(name: string): string {
  const version = versions.get(name);
  if (version === undefined) throw new Error(`There is no package ${name} in this workspace.`);
  return version;
}

/** What somebody else asks for: every version of the same major. */
export const rangeOf = (name: string): string => `^${versionOf(name).split('.')[0]}.0.0`;
