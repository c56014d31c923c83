import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeset } from './changeset.ts';
import { checkPublished } from './check-published.ts';
import { creator } from './creator.ts';
import { everythingMs } from './limits.ts';
import { loadAll } from './load-all.ts';
import { installOldestNode } from './oldest-node.ts';
import { startVerdaccio } from './registry.ts';
import { registryEnv } from './registry-env.ts';
import { step } from './step.ts';
import { tryApplication } from './try-application.ts';
import { tryCreator } from './try-creator.ts';
import { publishedPackages } from './workspace.ts';

/** Publishes what was built to a registry that is thrown away, and installs it from there as its users will. */
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
      process.stdout.write(`npm create sitemessage-messenger: left out, there is no package ${creator} yet\n`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
