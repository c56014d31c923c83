import { type ChildProcess, execFile, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { User } from './unprivileged.ts';

export interface ProgramOptions {
  /** As it is called in errors. */
  readonly name: string;
  readonly command: string;
  readonly parameters: readonly string[];
  /** Default: us. */
  readonly user: User | undefined;
  /** Where it runs. The folder that we are in may be closed to the user. */
  readonly folder: string;
}

const optionsOf = ({ folder, user }: ProgramOptions) => ({ cwd: folder, ...user });

/** Runs a program to its end. @throws Error that says in one line why it failed. */
export async function runProgram(options: ProgramOptions): Promise<void> {
  try {
    await promisify(execFile)(options.command, [...options.parameters], optionsOf(options));
  } catch (error) {
    const { stderr, message } = error as { readonly stderr?: string; readonly message: string };
    throw failure(options, stderr || message, error);
  }
}

/** A program that runs until it is stopped, or this process ends. */
export interface RunningProgram {
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a server in the foreground. `ready` takes what it writes to stderr. @throws Error that says in one line why it did not start. */
export async function startProgram(options: ProgramOptions, ready: (stderr: Readable) => Promise<unknown>): Promise<RunningProgram> {
  const child = spawn(options.command, options.parameters, { ...optionsOf(options), stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-10_000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', ({ message }) => {
      words = message;
      resolve();
    });
  });
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  endWithUs(child);
  try {
    const tooEarly = ended.then(() => Promise.reject(failure(options, words)));
    await Promise.race([ready(child.stderr), tooEarly]);
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
  return { ended, stop };
}

/** What a program says last is what stopped it; some say more about it, indented. */
function failure({ name }: ProgramOptions, words: string, cause?: unknown): Error {
  const lines = words.split('\n').map((line) => line.trimEnd());
  const fault = lines.findLast((line) => /\b(fatal|error|could not|denied|failed)\b/i.test(line)) ?? lines.findLast((line) => line !== '');
  return new Error(`${name} cannot start: ${fault?.trim() ?? 'it says nothing'}`, { cause });
}

const running = new Set<ChildProcess>();

function endWithUs(child: ChildProcess): void {
  running.add(child);
  child.once('close', () => running.delete(child));
  if (process.listeners('exit').includes(endAll)) return;
  process.on('exit', endAll);
  // Without a listener, these end us without the event `exit`.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
}

function endAll(): void {
  for (const child of running) child.kill('SIGQUIT');
}
