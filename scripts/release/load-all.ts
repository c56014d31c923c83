import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installMs } from './limits.ts';
import type { Place } from './place.ts';
import { run } from './run.ts';
import type { Package } from './workspace.ts';

/** Installs everything into one folder, and loads all that can be loaded on each of these Nodes. */
export async function loadAll({ folder, env, signal }: Place, packages: readonly Package[], nodes: readonly string[]): Promise<void> {
  await mkdir(folder);
  const options = { cwd: folder, env, signal };
  await writeFile(join(folder, 'package.json'), '{"private":true}');
  await run('npm', ['install', ...packages.map(({ manifest }) => manifest.name)], { ...options, limitMs: installMs });
  const entries = packages.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {}).map((entry) => `${manifest.name}${entry.slice('.'.length)}`),
  );
  await writeFile(join(folder, 'all.mjs'), entries.map((entry) => `await import(${JSON.stringify(entry)});\n`).join(''));
  for (const node of nodes) await run(node, ['all.mjs'], options);
}
