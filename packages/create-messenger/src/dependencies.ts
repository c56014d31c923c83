import { type Kind, kinds } from './kinds.ts';
import { readTemplates } from './templates.ts';

/** Packages that what is rendered depends on, of any kind. No package can be called as one of its own. */
export function dependencies(): ReadonlySet<string> {
  const names = (Object.keys(kinds) as Kind[]).flatMap((kind) => {
    const manifest = JSON.parse(readTemplates(kind, 'MIT').get('package.json') ?? '{}') as Readonly<Record<string, object>>;
    return ['dependencies', 'peerDependencies', 'devDependencies'].flatMap((field) => Object.keys(manifest[field] ?? {}));
  });
  return new Set(names);
}
