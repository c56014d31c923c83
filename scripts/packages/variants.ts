import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Packed, packFolder } from './pack.ts';
import { makeFolder, removeFolder, run } from './run.ts';

interface VariantChanges {
  /** Fields of its package.json to replace. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Changes the code of its main entry. */
  readonly code?: (code: string) => string;
}

/** Packs a changed copy of a package into `destination`: a possible later version, or one with a mistake. */
export async function packVariant(original: Packed, changes: VariantChanges, destination: string): Promise<Packed> {
  const folder = await makeFolder();
  try {
    await run('tar', ['-xzf', original.tarball, '--strip-components=1'], folder);
    await edit(join(folder, 'package.json'), (json) => JSON.stringify({ ...JSON.parse(json), ...changes.manifest }));
    if (changes.code) await edit(join(folder, 'dist/index.js'), changes.code);
    return await packFolder(folder, destination);
  } finally {
    await removeFolder(folder);
  }
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, 'utf8')));
}

/** Core in its first version, and in possible later ones. */
interface Cores {
  readonly first: Packed;
  /** A later minor version, with one more export. */
  readonly laterMinor: Packed;
  readonly nextMajor: Packed;
  /** A later minor version whose registry has another protocol. */
  readonly otherProtocol: Packed;
}

type CoreVersions = Readonly<Record<keyof Cores, string>>;

/** Returns versions around core's current major. Packages of an older major are not published. */
export function versionsOf(core: Packed): CoreVersions {
  const major = Number(core.manifest.version.split('.')[0]);
  return { first: `${major}.0.0`, laterMinor: `${major}.99.0`, nextMajor: `${major + 1}.0.0`, otherProtocol: `${major}.100.0` };
}

/** Packs these versions of core into `destination`. */
export async function packCores(core: Packed, destination: string): Promise<Cores> {
  const versions = versionsOf(core);
  const as = (name: keyof Cores, code?: (code: string) => string) =>
    packVariant(core, { manifest: { version: versions[name] }, ...(code && { code }) }, destination);
  const [first, laterMinor, nextMajor, otherProtocol] = await Promise.all([
    as('first'),
    as('laterMinor', (code) => `${code}\nexport const later = true;\n`),
    as('nextMajor'),
    as('otherProtocol', (code) => code.replace(/\bprotocol = \d+;/, 'protocol = 99;')),
  ]);
  return { first, laterMinor, nextMajor, otherProtocol };
}

/** Packs a third-party messenger whose peer is the first minor version of core. */
export async function packPager({ first }: CoreVersions, destination: string): Promise<Packed> {
  const pager = await packFolder(join(import.meta.dirname, 'pager'), destination);
  return packVariant(pager, { manifest: { peerDependencies: { '@sitemessage/core': `^${first}` } } }, destination);
}
