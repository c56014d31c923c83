import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { root } from './files.ts';

const loopbackOnly = `--import=${pathToFileURL(join(import.meta.dirname, 'loopback-only.ts'))}`;

type Variables = Readonly<Record<string, string>>;

const pathOf = (example: string): string => join(root, 'docs/examples', example);

/** Runs examples in an empty folder, which is deleted afterwards. */
export async function newFolder(ca?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-docs-'));
  // Windows holds on to the files of a process for a moment after its end.
  onTestFinished(() => rm(folder, { recursive: true, maxRetries: 5 }));
  const authority = join(folder, 'ca.pem');
  if (ca !== undefined) await writeFile(authority, ca);
  const options = (variables: Variables) => ({
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: loopbackOnly, ...(ca !== undefined && { NODE_EXTRA_CA_CERTS: authority }), ...variables },
  });
  return {
    run: async (example: string, variables: Variables = {}): Promise<string> =>
      (await promisify(execFile)(process.execPath, [pathOf(example)], options(variables))).stdout,
    start(example: string, variables: Variables = {}): ChildProcess {
      const child = spawn(process.execPath, [pathOf(example)], { ...options(variables), stdio: 'pipe' });
      onTestFinished(() => void child.kill('SIGKILL'));
      return child;
    },
  };
}

/** Tells a process to stop, and waits: its exit code and the signal that ended it. */
export async function stop(child: ChildProcess): Promise<readonly unknown[]> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  return exit;
}
