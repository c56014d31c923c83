import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** The longest time to fetch from a registry, in milliseconds. A cold cache on a slow line takes minutes. */
export const installMs = 300_000;
/** The longest time to compile or publish all packages, in milliseconds. */
export const everythingMs = 600_000;
/** The longest time for the tests of one package, in milliseconds. */
export const testMs = 180_000;
/** The default limit. Without one, a program would wait forever for a network that is gone. */
const usualLimitMs = 60_000;

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Aborting it kills the program and all that it started. */
  readonly signal?: AbortSignal;
  /**
   * The longest time that the program may take, in milliseconds. Default: a minute. No limit in the terminal.
   */
  readonly limitMs?: number;
  /** True gives the program the terminal, so that it can ask questions. Default false. */
  readonly inTerminal?: boolean;
}

/**
 * Runs a program to its end. Returns its output.
 * @throws An error with all output, when the program fails, takes too long or is aborted.
 */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { inTerminal = false, limitMs = usualLimitMs, signal, ...rest } = options;
  signal?.throwIfAborted();
  const isWindows = process.platform === 'win32';
  // On Windows npm and pnpm are batch files, which only a shell can start.
  const shell = isWindows && program !== process.execPath;
  const streams = inTerminal
    ? ({ stdio: 'inherit' } satisfies SpawnOptions)
    : // The leader of a new process group can be killed with all that it started. A program in the terminal must stay in its group.
      ({ stdio: ['ignore', 'pipe', 'pipe'], detached: !isWindows } satisfies SpawnOptions);
  const child = spawn(program, args, { ...rest, ...streams, shell });
  const called = `\`${[program, ...args].join(' ')}\``;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  let isLate = false;
  const end = (): void => killTree(child, !inTerminal);
  const late = (): void => {
    isLate = true;
    end();
  };
  const timer = inTerminal ? undefined : setTimeout(late, limitMs);
  signal?.addEventListener('abort', end);
  try {
    const [code, endedBy] = await once(child, 'close');
    signal?.throwIfAborted();
    if (isLate) throw new Error(`${called} took more than ${limitMs / 1_000} s, in ${options.cwd}:\n${output.trim()}`);
    if (code !== 0) throw new Error(`${called} ended with ${code ?? endedBy}, in ${options.cwd}:\n${output.trim()}`);
    return output;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

/**
 * Kills a program and all that it started. `isGroup` says that it leads a process group. Windows has none.
 */
function killTree(child: ChildProcess, isGroup: boolean): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') spawn('taskkill', ['/pid', String(child.pid), '/T', '/F']);
  else if (isGroup) killGroup(child.pid);
  else child.kill();
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Every process of the group has ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Runs the work of a script. SIGINT and SIGTERM abort its signal. An error goes to stderr and sets the exit
 * code 1.
 */
export async function runScript(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
  try {
    await work(stop.signal);
  } catch (error) {
    process.stderr.write(`That failed: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}

/** Runs one step of a script, and prints its title and how long it took. */
export async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  process.stdout.write(`${title}: ${((performance.now() - start) / 1_000).toFixed(1)} s\n`);
  return result;
}
