import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** For a program that nobody watches: an installation that waits for a network that is gone would wait for ever. */
const longestRunMs = 180_000;

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the program. */
  readonly signal?: AbortSignal;
  /** Leaves it the terminal: it may ask something. */
  readonly inTerminal?: boolean;
}

/** Runs a program to its end, and says everything that it said when it failed. */
export async function run(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { inTerminal = false, ...rest } = options;
  // On Windows npm and pnpm are batch files, which only a shell can start.
  const shell = process.platform === 'win32' && program !== process.execPath;
  const watched = inTerminal
    ? ({ stdio: 'inherit' } satisfies SpawnOptions)
    : ({ stdio: ['ignore', 'pipe', 'pipe'], timeout: longestRunMs } satisfies SpawnOptions);
  const child = spawn(program, args, { ...rest, ...watched, shell });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code, signal] = await once(child, 'close');
  if (code !== 0) {
    throw new Error(`\`${[program, ...args].join(' ')}\` ended with ${code ?? signal}, in ${options.cwd}:\n${output.trim()}`);
  }
  return output;
}
