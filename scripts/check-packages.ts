/**
 * Looks at every package as its users get it: packed, and judged by `publint --strict` and by `attw` for ESM-only packages.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'sitemessage-packages-'));
let failed = 0;

try {
  for (const name of (await readdir(join(root, 'packages'))).sort()) {
    const source = join(root, 'packages', name);
    await run('pnpm', ['pack', '--pack-destination', folder], { cwd: source });
    const manifest = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as { name: string; version: string };
    const tarball = join(folder, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`);
    await check(manifest.name, 'publint', [tarball, '--strict']);
    await check(manifest.name, 'attw', [tarball, '--profile', 'esm-only', '--no-emoji']);
  }
} finally {
  await rm(folder, { recursive: true });
}
if (failed > 0) process.exit(1);

async function check(name: string, tool: string, args: readonly string[]): Promise<void> {
  try {
    await run(join(root, 'node_modules', '.bin', tool), args);
    process.stdout.write(`${name}: ${tool} is content\n`);
  } catch (error) {
    failed += 1;
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    process.stdout.write(`${name}: ${tool} is not\n${stdout}${stderr}\n`);
  }
}
