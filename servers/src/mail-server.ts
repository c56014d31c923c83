import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { answering } from './answering.ts';
import { startProgram } from './program.ts';

interface MailServer {
  readonly name: string;
  readonly command: string;
  readonly parameters: readonly string[];
  /** Its files, which are deleted when it stops. */
  readonly folder: string;
  /** The file in the folder that says why it did not start. */
  readonly log: string;
  /** Of 127.0.0.1. */
  readonly ports: readonly number[];
}

/** Starts a mail server in the foreground. Resolves when it answers at its ports, with a function that stops it. */
export async function startMailServer({ folder, log, ports, ...program }: MailServer): Promise<() => Promise<void>> {
  const clear = (): Promise<void> => rm(folder, { recursive: true, maxRetries: 3 });
  try {
    const running = await startProgram({ ...program, user: undefined, folder }, () => Promise.all(ports.map(answering)));
    return async () => {
      await running.stop('SIGTERM');
      await clear();
    };
  } catch (error) {
    const words = await readFile(join(folder, log), 'utf8').catch(() => '');
    await clear();
    throw words === '' ? error : new Error(`${program.name} cannot start: ${words.trim().split('\n').at(-1)}`, { cause: error });
  }
}
