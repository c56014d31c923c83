import { pendingChangesets } from './changesets.ts';
import { run } from './run.ts';
import type { Manifest, Package } from './workspace.ts';

/** Checks that this checkout can be published. @throws An error that says why not, and what to do. */
export async function checkPublishable(root: string, env: NodeJS.ProcessEnv): Promise<void> {
  const git = async (...args: string[]): Promise<string> => (await run('git', args, { cwd: root })).trim();
  const refuse = (why: string): never => {
    throw new Error(`Nothing was published: ${why}`);
  };
  // npm passes the flag of `npm run release --dry-run` on as this variable, and not to the script.
  const dryRun = Object.keys(env).find((name) => /^p?npm_config_dry_run$/i.test(name));
  if (dryRun !== undefined) refuse(`${dryRun} is in the environment. Unset it, or rehearse with \`pnpm release --dry-run\`.`);
  const branch = await git('branch', '--show-current');
  if (branch !== 'main') refuse(`${branch === '' ? 'no branch' : branch} is checked out. Check out main.`);
  const changed = await git('status', '--porcelain');
  if (changed !== '') refuse(`these files are not committed:\n${changed}`);
  const pending = await pendingChangesets(root);
  if (pending.length > 0) refuse(`${pending.join(', ')} would be left out. Merge the pull request of the release first.`);
}

/** The part of a registry's document that is read. */
interface Document {
  readonly versions: Readonly<Record<string, Manifest>>;
}

/**
 * Checks that a registry has all packages, with dependencies that others can install.
 * @throws An error that says why not.
 */
export async function checkPublished(registry: string, packages: readonly Package[]): Promise<void> {
  for (const { manifest } of packages) {
    const response = await fetch(new URL(encodeURIComponent(manifest.name), registry));
    const published = response.ok ? ((await response.json()) as Document).versions[manifest.version] : undefined;
    if (!published) throw new Error(`${manifest.name}@${manifest.version} is not in the registry.`);
    const wanted = Object.entries({ ...published.dependencies, ...published.peerDependencies });
    const local = wanted.find(([, range]) => /^(workspace|catalog|file|link):/.test(range));
    if (local) throw new Error(`${manifest.name} depends on ${local.join('@')}, which exists only in this workspace.`);
    for (const [name, range] of Object.entries(manifest.peerDependencies ?? {})) {
      const asked = published.peerDependencies?.[name];
      if (range.startsWith('workspace:') && `workspace:${asked}` !== range) {
        throw new Error(`${manifest.name} depends on ${name}@${asked} instead of ${range}.`);
      }
    }
  }
}
