import { join } from 'node:path';
import { type RunOptions, run } from './run.ts';

const program = join(import.meta.dirname, '../../node_modules/@changesets/cli/bin.js');

export async function changeset(args: readonly string[], options: RunOptions): Promise<void> {
  await run(process.execPath, [program, ...args], options);
}
