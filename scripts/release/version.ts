/** `pnpm release:version`: what the pull request of a release consists of. */
import { join } from 'node:path';
import { asScript } from './as-script.ts';
import { installMs } from './limits.ts';
import { newVersions } from './new-versions.ts';
import { run } from './run.ts';

const root = join(import.meta.dirname, '../..');

await asScript(async (signal) => {
  await newVersions(root);
  // The lockfile repeats the ranges, and the gate refuses one that differs.
  await run('pnpm', ['install', '--lockfile-only'], { cwd: root, signal, limitMs: installMs });
});
