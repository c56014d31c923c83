import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

// What starts vitest names the workspace's packages in NODE_PATH, where a program outside of it would find what it has not installed.
const { NODE_PATH: _, ...env } = process.env;

export interface Ended {
  readonly isWell: boolean;
  /** Its standard output; when it failed both streams, and how. */
  readonly output: string;
}

/** Runs a program to its end, whatever that is. */
export async function attempt(program: string, args: readonly string[], cwd: string): Promise<Ended> {
  try {
    // Not what it warns of: somebody may read the output as JSON.
    const { stdout } = await execute(program, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
    return { isWell: true, output: stdout };
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    return { isWell: false, output: `${message}\n${stdout}${stderr}` };
  }
}

/** The standard output of a program. @throws Error with all that it printed when it failed. */
export async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { isWell, output } = await attempt(program, args, cwd);
  if (!isWell) throw new Error(output);
  return output;
}
