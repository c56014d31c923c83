import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { licenseFile } from './licenses.ts';

/** A kind of messenger, which is a folder of templates. */
export type Kind = 'http' | 'connection' | 'minimal';

/** The kinds with their purpose, as the question shows it. */
export const kinds: Readonly<Record<Kind, string>> = {
  http: 'one request for each message, through @sitemessage/http',
  connection: 'a connection that is opened, sends, and is closed',
  minimal: 'fetch, in as few lines as possible',
};

export const isKind = (text: string): text is Kind => Object.hasOwn(kinds, text);

/** Contents by path, with `/` between folders. */
export type Files = ReadonlyMap<string, string>;

/** The folder beside src, and beside dist. */
const root = join(import.meta.dirname, '..', 'templates');

/**
 * Files with another name in the templates. npm leaves `.gitignore` out of a package, and tools complain
 * about a `package.json` inside a package.
 */
const realNames: Readonly<Record<string, string>> = { gitignore: '.gitignore', 'manifest.json': 'package.json' };

/** Returns the templates of a kind, sorted by path. */
export function readTemplates(kind: Kind, license: string): Files {
  const files = new Map([...readFolder('common'), ...readFolder(kind)]);
  files.set('LICENSE', readFileSync(join(root, 'licenses', licenseFile(license)), 'utf8'));
  return new Map([...files].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * Returns the additional files for one package manager. Other managers do not get them, because tools take
 * such a file for the choice of a manager.
 */
export const filesFor = (manager: string): Files => new Map(manager === 'pnpm' ? readFolder('pnpm') : []);

/**
 * Returns the names of all packages that the templates depend on. A new package cannot have one of these
 * names.
 */
export function dependencies(): ReadonlySet<string> {
  const names = (Object.keys(kinds) as Kind[]).flatMap((kind) => {
    const manifest = JSON.parse(readTemplates(kind, 'MIT').get('package.json') ?? '{}') as Readonly<Record<string, object>>;
    return ['dependencies', 'peerDependencies', 'devDependencies'].flatMap((field) => Object.keys(manifest[field] ?? {}));
  });
  return new Set(names);
}

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
