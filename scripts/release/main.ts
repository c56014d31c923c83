/**
 * `pnpm release --publish` publishes the versions that the registry lacks. `pnpm release` and `pnpm release
 * --dry-run` rehearse that with a temporary registry. So does `npm run release --publish`, because npm keeps
 * the flag for itself.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { changeset } from './changesets.ts';
import { checkPublishable } from './checks.ts';
import { rehearse } from './rehearsal.ts';
import { everythingMs, run, runScript, step } from './run.ts';

const root = join(import.meta.dirname, '../..');

await runScript(async (signal) => {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { publish: flag, 'dry-run': flag } });
  if (values.publish && values['dry-run']) throw new Error('Pass either `--publish` or `--dry-run`.');
  if (values.publish) {
    await checkPublishable(root, process.env);
    await run('pnpm', ['check'], { cwd: root, signal, inTerminal: true });
    await rehearse(root, signal);
    // That took half an hour. The checkout may have changed.
    await checkPublishable(root, process.env);
    await changeset(['publish'], { cwd: root, signal, inTerminal: true });
  } else {
    await step('the build', () => run('pnpm', ['build'], { cwd: root, signal, limitMs: everythingMs }));
    await rehearse(root, signal);
    process.stdout.write('Nothing was published. `pnpm release --publish` does.\n');
  }
});
