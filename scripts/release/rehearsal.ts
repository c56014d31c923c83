import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeset } from './changesets.ts';
import { checkPublished } from './checks.ts';
import { registryEnv, startVerdaccio } from './registry.ts';
import { everythingMs, step } from './run.ts';
import { installOldestNode, loadAll, tryApplication, tryCreator } from './try-out.ts';
import { creator } from './versions.ts';
import { publishedPackages } from './workspace.ts';

/** Publishes the built packages to a temporary registry, and installs them from there as users will. */
export async function rehearse(root: string, signal: AbortSignal): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-release-'));
  try {
    const packages = await publishedPackages(root);
    await using registry = await step('a registry', () => startVerdaccio(join(folder, 'registry'), signal));
    const env = await registryEnv(join(folder, 'settings'), registry.url, signal);
    const at = (name: string) => ({ folder: join(folder, name), env, signal });
    await step(`${packages.length} packages published`, async () => {
      await changeset(['publish', '--no-git-tag'], { cwd: root, env, signal, limitMs: everythingMs });
      await checkPublished(registry.url, packages);
    });
    const oldest = await step('the oldest Node', () => installOldestNode(at('node'), packages));
    const nodes = [process.execPath, oldest];
    await step('all packages installed and loaded', () => loadAll(at('everything'), packages, nodes));
    await step('the application of the README', () => tryApplication(at('application'), at('everything').folder, nodes));
    if (packages.some(({ manifest }) => manifest.name === creator)) {
      await step('npm create sitemessage-messenger, and its tests', () => tryCreator(at('created')));
    } else {
      process.stdout.write(`npm create sitemessage-messenger: left out, because there is no package ${creator} yet\n`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
