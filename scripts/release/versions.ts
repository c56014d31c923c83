import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addChangeset, changeset, pendingMajors } from './changesets.ts';
import { run } from './run.ts';
import { publishedPackages } from './workspace.ts';

/** The package whose templates depend on other packages of this workspace. */
export const creator = 'create-sitemessage-messenger';
const creatorFolder = 'packages/create-messenger';
const dependency = /"(@sitemessage\/[\w-]+)": "(\^[^"]+)"/g;

/**
 * Turns the changesets of a workspace into versions and changelogs, and updates the templates and the
 * example.
 */
export async function newVersions(root: string): Promise<void> {
  await followMajors(root);
  await changeset(['version'], { cwd: root });
  await updateTemplates(root);
}

/**
 * Adds a major changeset for each package whose peer gets a major version, because its users must update
 * both. Changesets alone would make that a patch. Also adds a minor one for the creator when a template
 * depends on such a package, because changesets does not read templates.
 */
async function followMajors(root: string): Promise<void> {
  const majors = await pendingMajors(root);
  const followers: Record<string, string> = {};
  const packages = await publishedPackages(root);
  // The loop also visits the names that it adds, so it finds the followers of followers.
  for (const major of majors) {
    for (const { manifest } of packages) {
      if (majors.has(manifest.name) || manifest.peerDependencies?.[major] === undefined) continue;
      majors.add(manifest.name);
      followers[manifest.name] = 'major';
    }
  }
  if (Object.keys(followers).length > 0) await addChangeset(root, 'peers', followers, 'Needs the new major version of its peer.');
  if ((await templateDependencies(root)).some((name) => majors.has(name))) {
    await addChangeset(root, 'created', { [creator]: 'minor' }, 'New packages depend on new major versions.');
  }
}

async function templateDependencies(root: string): Promise<string[]> {
  const manifests = await Promise.all((await templateManifests(root)).map((file) => readFile(file, 'utf8')));
  return manifests.flatMap((text) => [...text.matchAll(dependency)].map(([, name = '']) => name));
}

/** Writes the current major versions into the templates, and renders the example again. */
async function updateTemplates(root: string): Promise<void> {
  const majors = new Map((await publishedPackages(root)).map(({ manifest }) => [manifest.name, manifest.version.split('.')[0]]));
  for (const file of await templateManifests(root)) {
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      text.replaceAll(dependency, (_, name: string) => `"${name}": "^${majors.get(name)}.0.0"`),
    );
  }
  await run(process.execPath, [join(root, creatorFolder, 'test/example/write.ts')], { cwd: root });
}

async function templateManifests(root: string): Promise<string[]> {
  const templates = join(root, creatorFolder, 'templates');
  const files = await readdir(templates, { recursive: true });
  return files.filter((file) => file.endsWith('manifest.json')).map((file) => join(templates, file));
}
