import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { chown, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

/** The user and group that a program runs as. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Returns the user `nobody`, for programs that refuse to run as root. Most containers run everything as root.
 * Returns undefined when the caller is not root.
 */
export function unprivileged(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** Makes a temporary folder that belongs to this user. */
export async function temporaryFolder(user: User | undefined, name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `sitemessage-${name}-`));
  if (user) await chown(folder, user.uid, user.gid);
  return folder;
}

interface ProgramOptions {
  /** The name in errors. */
  readonly name: string;
  readonly command: string;
  readonly parameters: readonly string[];
  /** The user it runs as. Undefined: the calling user. */
  readonly user: User | undefined;
  /** The working directory. The current one may be closed to the user. */
  readonly folder: string;
}

const optionsOf = ({ folder, user }: ProgramOptions) => ({ cwd: folder, ...user });

/** Runs a program to its end. @throws An error that says in one line why it failed. */
export async function runProgram(options: ProgramOptions): Promise<void> {
  try {
    await promisify(execFile)(options.command, [...options.parameters], optionsOf(options));
  } catch (error) {
    const { stderr, message } = error as { readonly stderr?: string; readonly message: string };
    throw failure(options, stderr || message, error);
  }
}

/** A program that runs until `stop`, or until this process ends. */
export interface RunningProgram {
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  stop(signal: NodeJS.Signals): Promise<void>;
}

/**
 * Starts a server in the foreground. `ready` reads its stderr and resolves when the server is ready.
 * @throws An error that says in one line why the server did not start.
 */
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
  killAtExit(child);
  try {
    const tooEarly = ended.then(() => Promise.reject(failure(options, words)));
    await Promise.race([ready(child.stderr), tooEarly]);
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
  return { ended, stop };
}

/**
 * The last line that names a fault says why a program stopped. Some programs print details after it,
 * indented.
 */
function failure({ name }: ProgramOptions, words: string, cause?: unknown): Error {
  const lines = words.split('\n').map((line) => line.trimEnd());
  const fault = lines.findLast((line) => /\b(fatal|error|could not|denied|failed)\b/i.test(line)) ?? lines.findLast((line) => line !== '');
  return new Error(`${name} cannot start: ${fault?.trim() ?? 'it says nothing'}`, { cause });
}

const running = new Set<ChildProcess>();

function killAtExit(child: ChildProcess): void {
  running.add(child);
  child.once('close', () => running.delete(child));
  if (process.listeners('exit').includes(killAll)) return;
  process.on('exit', killAll);
  // Without a listener, these signals end this process without the event `exit`.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
}

function killAll(): void {
  for (const child of running) child.kill('SIGQUIT');
}
