import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { exampleFiles } from '../../packages/create-messenger/test/example/files.ts';
import { addChangeset } from './changesets.ts';
import { creator, newVersions } from './versions.ts';
import { publishedPackages } from './workspace.ts';

const root = join(import.meta.dirname, '../..');
const core = '@sitemessage/core';
const http = '@sitemessage/http';
const vk = '@sitemessage/messenger-vk';
const example = 'examples/scaffolded';
const before = await versionsIn(root);
const all = Object.keys(before);
const needCore = (await publishedPackages(root))
  .filter(({ manifest }) => manifest.peerDependencies?.[core] !== undefined)
  .map(({ manifest }) => manifest.name);

/** Copies the workspace, adds a changeset and makes its versions. Returns the folder of the copy. */
async function after(bumps: Record<string, string>, config: Record<string, unknown> = {}): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'sitemessage-versions-'));
  onTestFinished(() => rm(copy, { recursive: true }));
  const manifests = (await readdir(join(root, 'packages'))).map((folder) => join('packages', folder, 'package.json'));
  for (const file of ['package.json', 'pnpm-workspace.yaml', ...manifests]) await cp(join(root, file), join(copy, file));
  const filter = (path: string): boolean => !['node_modules', 'dist'].includes(basename(path));
  for (const folder of ['examples', 'packages/create-messenger'])
    await cp(join(root, folder), join(copy, folder), { recursive: true, filter });
  const needed = 'packages/create-messenger/node_modules';
  await symlink(join(root, needed), join(copy, needed), 'junction');
  const ours = JSON.parse(await readFile(join(root, '.changeset/config.json'), 'utf8'));
  await cp(join(root, '.changeset/config.json'), join(copy, '.changeset/config.json'));
  await writeFile(join(copy, '.changeset/config.json'), JSON.stringify({ ...ours, ...config }));
  await addChangeset(copy, 'change', bumps, 'A change.');
  await newVersions(copy);
  return copy;
}

async function versionsIn(folder: string): Promise<Record<string, string>> {
  return Object.fromEntries((await publishedPackages(folder)).map(({ manifest }) => [manifest.name, manifest.version]));
}

/** Returns the ranges of core in the peer dependencies of all packages, each once. */
async function rangesOfCore(folder: string): Promise<string[]> {
  const wanted = (await publishedPackages(folder)).flatMap(({ manifest }) => manifest.peerDependencies?.[core] ?? []);
  return [...new Set(wanted)];
}

/** Returns the files of the example by path: those in the folder, and those that would be rendered. */
async function exampleIn(folder: string): Promise<{ kept: Record<string, string>; rendered: Record<string, string> }> {
  const module = pathToFileURL(join(folder, 'packages/create-messenger/test/example/files.ts'));
  const { exampleFiles: files } = (await import(module.href)) as { exampleFiles: typeof exampleFiles };
  const entries = await readdir(join(folder, example), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const kept = paths.map(async (path) => [
    path.slice(join(folder, example, '/').length).replaceAll(sep, '/'),
    await readFile(path, 'utf8'),
  ]);
  return { kept: Object.fromEntries(await Promise.all(kept)), rendered: Object.fromEntries(files()) };
}

/** Returns the dependencies of the example on packages of this workspace. */
async function dependenciesOfExample(folder: string): Promise<Record<string, string>> {
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(folder, example, 'package.json'), 'utf8'));
  const all = Object.entries<string>({ ...dependencies, ...devDependencies });
  return Object.fromEntries(all.filter(([name]) => name.startsWith('@sitemessage/')));
}

/** Returns the next version by semver. */
function next(version: string | undefined, bump: 'major' | 'minor' | 'patch'): string {
  const [major = 0, minor = 0, patch = 0] = (version ?? '').split('.').map(Number);
  if (bump === 'major') return `${major + 1}.0.0`;
  return bump === 'minor' ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

describe('new versions', () => {
  it.each(['minor', 'patch'] as const)('of core, a %s: no other package gets one or depends on another core', async (bump) => {
    const copy = await after({ [core]: bump });
    expect(await versionsIn(copy)).toEqual({ ...before, [core]: next(before[core], bump) });
    expect(await rangesOfCore(copy)).toEqual(await rangesOfCore(root));
  });

  it.each([core, http])('of %s, a patch: templates keep their dependencies, and the example equals what they render', async (name) => {
    const copy = await after({ [name]: 'patch' });
    expect(await dependenciesOfExample(copy)).toEqual(await dependenciesOfExample(root));
    const { kept, rendered } = await exampleIn(copy);
    expect(kept).toEqual(rendered);
  });

  it('of core and a messenger: the messenger still accepts the older core', async () => {
    const copy = await after({ [core]: 'minor', [vk]: 'patch' });
    expect(await versionsIn(copy)).toEqual({ ...before, [core]: next(before[core], 'minor'), [vk]: next(before[vk], 'patch') });
    expect(await rangesOfCore(copy)).toEqual(await rangesOfCore(root));
  });

  it.each(['minor', 'patch'] as const)('of @sitemessage/http, a %s: no other package gets more than a patch', async (bump) => {
    const versions = await versionsIn(await after({ [http]: bump }));
    expect(versions[http]).toBe(next(before[http], bump));
    for (const name of all.filter((name) => name !== http)) expect([before[name], next(before[name], 'patch')]).toContain(versions[name]);
  });

  it('of core, a major: all packages that need core get one too, and depend on it', async () => {
    const copy = await after({ [core]: 'major' });
    const versions = await versionsIn(copy);
    for (const name of [core, ...needCore]) expect([name, versions[name]]).toEqual([name, next(before[name], 'major')]);
    expect(await rangesOfCore(copy)).toEqual([`workspace:^${versions[core]}`]);
    expect(await readFile(join(copy, 'packages/messenger-vk/CHANGELOG.md'), 'utf8')).toContain('Needs the new major version of its peer.');
  });

  it('of core, a major: a new version of the creator depends on it', async () => {
    const copy = await after({ [core]: 'major' });
    const versions = await versionsIn(copy);
    expect(versions[creator]).toBe(next(before[creator], 'minor'));
    expect(await readFile(join(copy, 'packages/create-messenger/CHANGELOG.md'), 'utf8')).toContain(
      'New packages depend on new major versions',
    );
    const wanted = Object.keys(await dependenciesOfExample(root)).map((name) => [name, `workspace:^${versions[name]?.split('.')[0]}.0.0`]);
    expect(await dependenciesOfExample(copy)).toEqual(Object.fromEntries(wanted));
    expect((await dependenciesOfExample(copy))[core]).toBe(`workspace:^${versions[core]}`);
    const { kept, rendered } = await exampleIn(copy);
    expect(kept).toEqual(rendered);
  });

  it('of a package that no template depends on, a major: the creator gets none', async () => {
    const versions = await versionsIn(await after({ [vk]: 'major' }));
    expect(versions[creator]).toBe(before[creator]);
  });

  it('without the option in the configuration would need the newest core', async () => {
    const copy = await after({ [core]: 'minor' }, { ___experimentalUnsafeOptions_WILL_CHANGE_IN_PATCH: {} });
    expect(await rangesOfCore(copy)).not.toEqual(await rangesOfCore(root));
  });
});
