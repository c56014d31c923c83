/**
 * `pnpm release --publish` publishes what the registry does not have. Without that it is a rehearsal, with a registry of its own: so is
 * `pnpm release --dry-run`, and whatever npm makes of `npm run release --publish`, which keeps the flag for itself.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { asScript } from './as-script.ts';
import { changeset } from './changeset.ts';
import { checkPublishable } from './check-publishable.ts';
import { everythingMs } from './limits.ts';
import { rehearse } from './rehearsal.ts';
import { run } from './run.ts';
import { step } from './step.ts';

const root = join(import.meta.dirname, '../..');

await asScript(async (signal) => {
  const flag = { type: 'boolean', default: false } as const;
  const { values } = parseArgs({ options: { publish: flag, 'dry-run': flag } });
  if (values.publish && values['dry-run']) throw new Error('Either `--publish` or `--dry-run`.');
  if (values.publish) {
    await checkPublishable(root, process.env);
    await run('pnpm', ['check'], { cwd: root, signal, inTerminal: true });
    await rehearse(root, signal);
    // That took half an hour, in which anything may have happened here.
    await checkPublishable(root, process.env);
    await changeset(['publish'], { cwd: root, signal, inTerminal: true });
  } else {
    await step('the build', () => run('pnpm', ['build'], { cwd: root, signal, limitMs: everythingMs }));
    await rehearse(root, signal);
    process.stdout.write('Nothing was published. `pnpm release --publish` does.\n');
  }
});
