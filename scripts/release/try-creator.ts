import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { installMs, testMs } from './limits.ts';
import type { Place } from './place.ts';
import { run } from './run.ts';

/** Lets `npm create` make a messenger in an empty folder, and runs its tests. */
export async function tryCreator({ folder, env, signal }: Place): Promise<void> {
  await mkdir(folder);
  await run('npm', ['create', 'sitemessage-messenger', 'my-protocol', '--', '--yes'], { cwd: folder, env, signal, limitMs: installMs });
  const created = await readdir(folder);
  const [name] = created;
  if (name === undefined || created.length > 1) throw new Error(`\`npm create\` made ${created.length} folders, and not one.`);
  const options = { cwd: join(folder, name), env, signal };
  await run('npm', ['install'], { ...options, limitMs: installMs });
  await run('npm', ['test'], { ...options, limitMs: testMs });
}
