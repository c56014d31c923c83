import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Packed, packFolder } from './pack.ts';
import { run } from './run.ts';
import { makeFolder, removeFolder } from './temporary.ts';

export interface VariantChanges {
  /** Of its package.json, replaced. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Of its main entry. */
  readonly code?: (code: string) => string;
}

/** A package as it might be one day, or should never be: the same with some changes, packed into `destination`. */
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
