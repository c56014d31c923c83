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

/** A package as the registry has it. */
export interface Packed {
  readonly manifest: Manifest;
  readonly tarball: string;
  readonly integrity: string;
  /** Of the files in it. */
  readonly files: readonly string[];
}

/** Packs every package of the workspace, by name. What was built is packed, so build first. */
export async function packAll(folder: string): Promise<readonly Packed[]> {
  await run('npx', ['-y', 'pnpm@12', '-r', '--filter', './packages/*', 'pack', '--pack-destination', folder], root);
  const tarballs = (await readdir(folder)).sort();
  return Promise.all(tarballs.map((tarball) => readPacked(join(folder, tarball))));
}

/** Packs a folder that has a package in it. */
export async function packFolder(source: string, destination: string): Promise<Packed> {
  const [{ filename = '' } = {}] = parsePacked(
    await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', destination], source),
  );
  return readPacked(join(destination, filename));
}

/** npm lists what it packed; from version 12 on by name. */
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
