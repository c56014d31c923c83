import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

// pnpm puts the workspace's packages into NODE_PATH. A program outside of it would find packages that it has
// not installed.
const { NODE_PATH: _, ...env } = process.env;

/** The end of a program. */
export interface ProgramResult {
  /** True when the exit code was 0. */
  readonly isOk: boolean;
  /** The standard output. After a failure both streams and the reason. */
  readonly output: string;
}

/** Runs a program to its end. Does not throw when it fails. */
export async function attempt(program: string, args: readonly string[], cwd: string): Promise<ProgramResult> {
  try {
    // Warnings on stderr are left out, because some output is read as JSON.
    const { stdout } = await execute(program, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
    return { isOk: true, output: stdout };
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    return { isOk: false, output: `${message}\n${stdout}${stderr}` };
  }
}

/**
 * Runs a program to its end. Returns its standard output.
 * @throws An error with all its output, when it fails.
 */
export async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { isOk, output } = await attempt(program, args, cwd);
  if (!isOk) throw new Error(output);
  return output;
}

/** Makes an empty folder outside of the workspace. Programs in it cannot find the workspace's packages. */
export async function makeFolder(): Promise<string> {
  return realpath(await mkdtemp(join(tmpdir(), 'sitemessage-packages-')));
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
