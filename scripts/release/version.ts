/** `pnpm release:version`: makes the changes of a release's pull request. */
import { join } from 'node:path';
import { installMs, run, runScript } from './run.ts';
import { newVersions } from './versions.ts';

const root = join(import.meta.dirname, '../..');

await runScript(async (signal) => {
  await newVersions(root);
  // The lockfile repeats the ranges. The gate refuses a lockfile that differs.
  await run('pnpm', ['install', '--lockfile-only'], { cwd: root, signal, limitMs: installMs });
});
