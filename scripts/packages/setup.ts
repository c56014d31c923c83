import type { TestProject } from 'vitest/node';
import { type Packed, packAll } from './pack.ts';
import { makeFolder, removeFolder } from './run.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** All packages of the workspace. */
    readonly packages: readonly Packed[];
    /** The packages that applications import. */
    readonly libraries: readonly Packed[];
  }
}

/** Packs all packages once, for all test files. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await makeFolder();
  const remove = () => removeFolder(folder);
  try {
    const packages = await packAll(folder);
    const libraries = packages.filter(({ manifest }) => manifest.exports !== undefined);
    const unbuilt = libraries.filter(({ files }) => !files.includes('package/dist/index.js')).map(({ manifest }) => manifest.name);
    if (unbuilt.length > 0) throw new Error(`Run \`pnpm build\` first: ${unbuilt.join(', ')} have no code to pack.`);
    project.provide('packages', packages);
    project.provide('libraries', libraries);
    return remove;
  } catch (error) {
    await remove();
    throw error;
  }
}
