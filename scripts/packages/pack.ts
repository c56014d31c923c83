import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

const root = join(import.meta.dirname, '../..');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports?: unknown;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** A packed package. */
export interface Packed {
  readonly manifest: Manifest;
  readonly tarball: string;
  readonly integrity: string;
  /** The paths of its files. */
  readonly files: readonly string[];
}

/** Packs every package of the workspace, sorted by name. Run `pnpm build` first. */
export async function packAll(folder: string): Promise<readonly Packed[]> {
  await run('npx', ['-y', 'pnpm@12', '-r', '--filter', './packages/*', 'pack', '--pack-destination', folder], root);
  const tarballs = (await readdir(folder)).sort();
  return Promise.all(tarballs.map((tarball) => readPacked(join(folder, tarball))));
}

/** Packs the package in a folder. */
export async function packFolder(source: string, destination: string): Promise<Packed> {
  const [{ filename = '' } = {}] = parsePacked(
    await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', destination], source),
  );
  return readPacked(join(destination, filename));
}

/** Reads npm's list of packed packages: an array, or from npm 12 on an object by name. */
function parsePacked(json: string): readonly { readonly filename?: string }[] {
  return Object.values(JSON.parse(json));
}

async function readPacked(tarball: string): Promise<Packed> {
  const [manifest, list, bytes] = await Promise.all([
    run('tar', ['-xzOf', tarball, 'package/package.json'], root),
    run('tar', ['-tzf', tarball], root),
    readFile(tarball),
  ]);
  return {
    manifest: JSON.parse(manifest),
    tarball,
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    files: list.trim().split('\n'),
  };
}
