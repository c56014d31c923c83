import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { waitForPort } from '../ports.ts';
import { startProgram } from './program.ts';

/**
 * The folder where `.ci/run` unpacks packages. Installing them would start a server or remove another
 * package.
 */
const unpacked = join(import.meta.dirname, '..', '..', 'programs');

/**
 * Returns the root of a Debian package's files, unpacked or installed. Returns undefined when `file` is not
 * there.
 */
export function rootOfPackage(name: string, file: string): string | undefined {
  return [join(unpacked, name), '/'].find((root) => existsSync(join(root, file)));
}

interface MailServer {
  readonly name: string;
  readonly command: string;
  readonly parameters: readonly string[];
  /** The folder of its files. Deleted when the server stops. */
  readonly folder: string;
  /** The log file in the folder, which says why a start failed. */
  readonly log: string;
  /** Its ports of 127.0.0.1. */
  readonly ports: readonly number[];
}

/** Starts a mail server in the foreground and waits for its ports. Returns a function that stops it. */
export async function startMailServer({ folder, log, ports, ...program }: MailServer): Promise<() => Promise<void>> {
  const clear = (): Promise<void> => rm(folder, { recursive: true, maxRetries: 3 });
  try {
    const running = await startProgram({ ...program, user: undefined, folder }, () => Promise.all(ports.map(waitForPort)));
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
