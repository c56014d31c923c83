import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Kind } from './kinds.ts';
import { licenseFile } from './licenses.ts';

/** Beside src, and beside dist. */
const root = join(import.meta.dirname, '..', 'templates');

/** What npm would take for its own: it leaves a `.gitignore` out of packages, and a manifest below another one is a mistake to those who check. */
const realNames: Readonly<Record<string, string>> = { gitignore: '.gitignore', 'manifest.json': 'package.json' };

/** Contents by path, with `/` between folders. */
export type Files = ReadonlyMap<string, string>;

/** What is rendered for a kind, as it stands in the templates. */
export function readTemplates(kind: Kind, license: string): Files {
  const files = new Map([...readFolder('common'), ...readFolder(kind)]);
  files.set('LICENSE', readFileSync(join(root, 'licenses', licenseFile(license)), 'utf8'));
  return new Map([...files].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What there is beside that for one package manager. Not for all: by such a file tools choose what they pack and publish with. */
export const filesFor = (manager: string): Files => new Map(manager === 'pnpm' ? readFolder('pnpm') : []);

function readFolder(name: string): [string, string][] {
  const folder = join(root, name);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => {
      const name = path.slice(folder.length + 1).replaceAll(sep, '/');
      return [realNames[name] ?? name, readFileSync(path, 'utf8')];
    });
}
