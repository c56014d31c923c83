import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installMs } from './limits.ts';
import type { Place } from './place.ts';
import { run } from './run.ts';
import type { Package } from './workspace.ts';

/** Installs the oldest Node that all packages work on, by their word. */
export async function installOldestNode({ folder, env, signal }: Place, packages: readonly Package[]): Promise<string> {
  const wanted = new Set(packages.map(({ manifest }) => manifest.engines.node));
  const [range = '', ...others] = wanted;
  const version = /^>=(\d+\.\d+)$/.exec(range)?.[1];
  if (version === undefined || others.length > 0) throw new Error(`The packages want different Nodes: ${[...wanted].join(', ')}.`);
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { node: `~${version}.0` } }));
  await run('npm', ['install'], { cwd: folder, env, signal, limitMs: installMs });
  const program = join(folder, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  const installed = (await run(program, ['--version'], { cwd: folder, env, signal })).trim();
  if (!installed.startsWith(`v${version}.`)) throw new Error(`Node ${installed} was installed instead of ${version}.`);
  return program;
}
