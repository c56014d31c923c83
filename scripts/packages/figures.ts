import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Consumer, createConsumer } from './consumer.ts';
import { measureImports } from './import-time.ts';
import type { Packed } from './pack.ts';
import type { Registry } from './registry.ts';

/** The cost of a package. */
export interface Figures {
  readonly name: string;
  readonly tarballKb: number;
  readonly unpackedKb: number;
  /** The names of all packages that npm installs with it, except core. */
  readonly dependencies: readonly string[];
  /** The time to import it, without the start of a process. */
  readonly importMs: number;
}

export interface AllFigures {
  /** The time of a process that imports an empty module. */
  readonly floorMs: number;
  readonly packages: readonly Figures[];
}

const core = '@sitemessage/core';

/** Installs each package alone with core, and measures its cost. */
export async function takeFigures(packages: readonly Packed[], registry: Registry): Promise<AllFigures> {
  const consumers: { readonly packed: Packed; readonly consumer: Consumer }[] = [];
  try {
    for (const packed of packages) {
      const consumer = await createConsumer(registry);
      consumers.push({ packed, consumer });
      await consumer.install(core, packed.manifest.name);
    }
    const { floor, above } = await measureImports(
      consumers.map(({ packed, consumer }) => ({ name: packed.manifest.name, folder: consumer.folder })),
    );
    const figures = consumers.map(async ({ packed: { manifest, tarball }, consumer }) => ({
      name: manifest.name,
      tarballKb: toKb((await stat(tarball)).size),
      unpackedKb: toKb(await sizeOf(join(consumer.folder, 'node_modules', manifest.name))),
      dependencies: await dependenciesIn(consumer, manifest.name),
      importMs: Math.round(above.get(manifest.name) ?? 0),
    }));
    return { floorMs: Math.round(floor), packages: await Promise.all(figures) };
  } finally {
    await Promise.all(consumers.map(({ consumer }) => consumer.remove()));
  }
}

async function dependenciesIn(consumer: Consumer, name: string): Promise<readonly string[]> {
  const paths = [...(await consumer.installed()).keys()];
  const names = new Set(paths.map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)));
  return [...names].filter((one) => one !== core && one !== name).sort();
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries.filter((entry) => entry.isFile()).map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

function toKb(bytes: number): number {
  return Math.ceil(bytes / 1000);
}

/**
 * Returns the size of a bundled and minified module in kB. `source` imports packages that are installed in
 * `folder`.
 */
export async function minifiedKb(source: string, folder: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    write: false,
  });
  return Math.ceil((outputFiles[0]?.contents.length ?? 0) / 1000);
}

const titles = ['package', 'tarball kB', 'unpacked kB', 'dependencies', 'import ms'];

/** Returns the figures as a table of text. */
export function toTable({ floorMs, packages }: AllFigures): string {
  const rows = packages.map(({ name, tarballKb, unpackedKb, dependencies, importMs }) =>
    [name, tarballKb, unpackedKb, dependencies.length, importMs].map(String),
  );
  const lines = [titles, ...rows].map((row) => row.map((cell, index) => (index === 0 ? cell.padEnd(34) : cell.padStart(14))).join(''));
  return [...lines, `A process that imports an empty module takes ${floorMs} ms. The figures do not include that.`].join('\n');
}
