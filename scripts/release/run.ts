import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { endTree } from './end-tree.ts';

/** For a program that nobody watches: one that waits for a network that is gone would wait for ever. */
const usualLimitMs = 60_000;

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the program, and all that it started. */
  readonly signal?: AbortSignal;
  /** How long it may take. Default: a minute. None in the terminal. */
  readonly limitMs?: number;
  /** Leaves it the terminal: it may ask something. */
  readonly inTerminal?: boolean;
}

/** Runs a program to its end, and says everything that it said when it failed. */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { inTerminal = false, limitMs = usualLimitMs, signal, ...rest } = options;
  signal?.throwIfAborted();
  const isWindows = process.platform === 'win32';
  // On Windows npm and pnpm are batch files, which only a shell can start.
  const shell = isWindows && program !== process.execPath;
  const streams = inTerminal
    ? ({ stdio: 'inherit' } satisfies SpawnOptions)
    : // In a group of its own it can be ended with all that it started; whoever is in the terminal has to be in that of the terminal.
      ({ stdio: ['ignore', 'pipe', 'pipe'], detached: !isWindows } satisfies SpawnOptions);
  const child = spawn(program, args, { ...rest, ...streams, shell });
  const called = `\`${[program, ...args].join(' ')}\``;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  let isLate = false;
  const end = (): void => endTree(child, !inTerminal);
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
