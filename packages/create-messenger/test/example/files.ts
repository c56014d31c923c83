import { join } from 'node:path';
import { defaultsFor } from '../../src/options.ts';
import { render } from '../../src/render.ts';
import type { Files } from '../../src/templates.ts';

/** The folder of a rendered package, which is built and tested with the rest. */
export const exampleFolder = join(import.meta.dirname, '..', '..', '..', '..', 'examples', 'scaffolded');

interface Manifest {
  readonly [field: string]: unknown;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/**
 * Returns the files of `npm create sitemessage-messenger pigeon-post`, with a manifest for this workspace.
 */
export function exampleFiles(): Files {
  const settings = { ...defaultsFor('pigeon-post'), author: 'the sitemessage authors' };
  const files = new Map(render(settings, 2026));
  const manifest = JSON.parse(files.get('package.json') ?? '') as Manifest;
  return files.set('package.json', `${JSON.stringify(inWorkspace(manifest), null, 2)}\n`);
}

/** Returns a private manifest with the versions of the workspace. */
function inWorkspace({ name: _, ...manifest }: Manifest): object {
  const here = (ranges: Readonly<Record<string, string>>): object =>
    Object.fromEntries(
      Object.entries(ranges).map(([name, range]) => [name, name.startsWith('@sitemessage/') ? `workspace:${range}` : 'catalog:']),
    );
  return {
    name: '@sitemessage/example-scaffolded',
    private: true,
    ...manifest,
    dependencies: here(manifest.dependencies),
    peerDependencies: here(manifest.peerDependencies),
    devDependencies: here(manifest.devDependencies),
  };
}
