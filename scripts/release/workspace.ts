import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The fields of a package.json that scripts read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly repository?: { readonly type: string; readonly url: string; readonly directory: string };
  readonly engines: { readonly node: string };
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package of the workspace. */
export interface Package {
  /** The name of its folder below `packages`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Returns the packages of a workspace that are published, in the order of their folders. */
export async function publishedPackages(root: string): Promise<Package[]> {
  const folders = (await readdir(join(root, 'packages'))).sort();
  const packages = await Promise.all(
    folders.map(async (folder) => {
      const manifest = JSON.parse(await readFile(join(root, 'packages', folder, 'package.json'), 'utf8')) as Manifest;
      return { folder, manifest };
    }),
  );
  return packages.filter(({ manifest }) => !manifest.private);
}
