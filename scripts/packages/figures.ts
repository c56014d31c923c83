import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Consumer, createConsumer } from './consumer.ts';
import { measureImports } from './import-time.ts';
import type { Packed } from './pack.ts';
import type { Registry } from './registry.ts';

export interface Figures {
  readonly name: string;
  readonly tarballKb: number;
  readonly unpackedKb: number;
  /** What npm installs with it beside core, by name. */
  readonly dependencies: readonly string[];
  readonly importMs: number;
}

export interface AllFigures {
  readonly floorMs: number;
  readonly packages: readonly Figures[];
}

const core = '@sitemessage/core';

/** Installs each package by itself, beside core, and looks at what that costs. */
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
