import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';
import { publishedPackages } from './workspace.ts';

/** The package whose templates ask for others of this workspace. */
export const creator = 'create-sitemessage-messenger';
const folder = 'packages/create-messenger';
const ofOurs = /"(@sitemessage\/[\w-]+)": "(\^[^"]+)"/g;

/** The packages of this workspace that what is created asks for. */
export async function askedByTemplates(root: string): Promise<string[]> {
  const manifests = await Promise.all((await templateManifests(root)).map((file) => readFile(file, 'utf8')));
  return manifests.flatMap((text) => [...text.matchAll(ofOurs)].map(([, name = '']) => name));
}

/** Has templates ask for the majors that there are now, and renders the example anew: other ranges are not what is created. */
export async function followVersions(root: string): Promise<void> {
  const majors = new Map((await publishedPackages(root)).map(({ manifest }) => [manifest.name, manifest.version.split('.')[0]]));
  for (const file of await templateManifests(root)) {
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      text.replaceAll(ofOurs, (_, name: string) => `"${name}": "^${majors.get(name)}.0.0"`),
    );
  }
  await run(process.execPath, [join(root, folder, 'test/example/write.ts')], { cwd: root });
}

async function templateManifests(root: string): Promise<string[]> {
  const templates = join(root, folder, 'templates');
  const files = await readdir(templates, { recursive: true });
  return files.filter((file) => file.endsWith('manifest.json')).map((file) => join(templates, file));
}
