import { pendingChangesets } from './changesets.ts';
import { run } from './run.ts';

/** @throws Error that says why nothing is published from here, and what to do about it. */
export async function checkPublishable(root: string, env: NodeJS.ProcessEnv): Promise<void> {
  const git = async (...args: string[]): Promise<string> => (await run('git', args, { cwd: root })).trim();
  const refuse = (why: string): never => {
    throw new Error(`Nothing was published: ${why}`);
  };
  // How npm hands on `npm run release --dry-run`, of which the script itself sees nothing.
  const dryRun = Object.keys(env).find((name) => /^p?npm_config_dry_run$/i.test(name));
  if (dryRun !== undefined) refuse(`${dryRun} is in the environment. Unset it, or rehearse with \`pnpm release --dry-run\`.`);
  const branch = await git('branch', '--show-current');
  if (branch !== 'main') refuse(`${branch === '' ? 'no branch' : branch} is checked out, and releases are made from main.`);
  const changed = await git('status', '--porcelain');
  if (changed !== '') refuse(`what is here was not committed:\n${changed}`);
  const pending = await pendingChangesets(root);
  if (pending.length > 0) refuse(`${pending.join(', ')} would be left out. Merge the pull request of the release first.`);
}
