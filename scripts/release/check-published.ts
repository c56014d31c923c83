import type { Manifest, Package } from './workspace.ts';

interface Document {
  readonly versions: Readonly<Record<string, Manifest>>;
}

/** Whether a registry has all packages, and has them ask for what others can install. */
export async function checkPublished(registry: string, packages: readonly Package[]): Promise<void> {
  for (const { manifest } of packages) {
    const response = await fetch(new URL(encodeURIComponent(manifest.name), registry));
    const published = response.ok ? ((await response.json()) as Document).versions[manifest.version] : undefined;
    if (!published) throw new Error(`${manifest.name}@${manifest.version} is not in the registry.`);
    const wanted = Object.entries({ ...published.dependencies, ...published.peerDependencies });
    const local = wanted.find(([, range]) => /^(workspace|catalog|file|link):/.test(range));
    if (local) throw new Error(`${manifest.name} asks for ${local.join('@')}, which nobody else has.`);
    for (const [name, range] of Object.entries(manifest.peerDependencies ?? {})) {
      const asked = published.peerDependencies?.[name];
      if (range.startsWith('workspace:') && `workspace:${asked}` !== range) {
        throw new Error(`${manifest.name} asks for ${name}@${asked}, and not for ${range}.`);
      }
    }
  }
}
