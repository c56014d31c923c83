/** `pnpm release` publishes what the registry does not have. `pnpm release --dry-run` does it with a registry of its own. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { asScript } from './as-script.ts';
import { changeset } from './changeset.ts';
import { rehearse } from './rehearsal.ts';
import { run } from './run.ts';
import { step } from './step.ts';

const root = join(import.meta.dirname, '../..');

await asScript(async (signal) => {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
  if (values['dry-run']) {
    await step('the build', () => run('pnpm', ['build'], { cwd: root, signal }));
    await rehearse(root, signal);
    process.stdout.write('Nothing was published.\n');
  } else {
    await run('pnpm', ['check'], { cwd: root, signal, inTerminal: true });
    await rehearse(root, signal);
    await changeset(['publish'], { cwd: root, signal, inTerminal: true });
  }
});
