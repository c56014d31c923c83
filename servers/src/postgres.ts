import { chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { freePort } from './free-port.ts';
import { postgresPrograms } from './postgres-programs.ts';
import { type RunningProgram, runProgram, startProgram } from './program.ts';
import { folderOf, unprivileged } from './unprivileged.ts';

/** A PostgreSQL for tests and benchmarks. */
export interface PostgresServer {
  /** Of a superuser, to its database `postgres`. */
  readonly connectionString: string;
  /** Stops it as a machine that goes down would stop a client: connections break, what was committed stays. */
  stop(): Promise<void>;
  /** After {@link stop}, at the same address. */
  start(): Promise<void>;
  /** Stops it and deletes its files. */
  close(): Promise<void>;
}

/** Nothing outlives a test anyway: a commit need not wait for the disk. */
const hasty = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];

/**
 * Starts PostgreSQL 18 on a free port of 127.0.0.1, with its files in a temporary folder. It refuses to run as root, so root runs it as
 * `nobody`.
 *
 * @param durable Whether a commit waits for the disk, as it does anywhere else. Default false.
 * @throws Error that says in one line why it cannot start.
 */
export async function startPostgres({ durable = false }: { readonly durable?: boolean } = {}): Promise<PostgresServer> {
  const port = await freePort();
  const user = unprivileged();
  const folder = await folderOf(user, 'postgres');
  const data = join(folder, 'data');
  const common = { name: 'PostgreSQL', user, folder };
  const { initdb, postgres, pgCtl } = await postgresPrograms(user, folder);
  let running: RunningProgram | undefined;

  const start = async (): Promise<void> => {
    const parameters = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
    const more = ['-c', 'max_connections=200', ...(durable ? [] : hasty)];
    running = await startProgram({ ...common, command: postgres, parameters: [...parameters, ...more] }, isReady);
  };
  const stop = async (): Promise<void> => {
    if (!running) return;
    const parameters = ['stop', '-D', data, '-m', 'fast', '-s'];
    await runProgram({ ...common, command: pgCtl, parameters });
    await running.ended;
    running = undefined;
  };
  const close = async (): Promise<void> => {
    await stop();
    await rm(folder, { recursive: true });
  };

  try {
    const password = join(folder, 'password');
    await writeFile(password, 'postgres\n');
    if (user) await chown(password, user.uid, user.gid);
    const access = ['--username=postgres', `--pwfile=${password}`, '--auth=password'];
    const parameters = [`--pgdata=${data}`, ...access, '--lc-messages=C', '--encoding=UTF8', '--no-sync'];
    await runProgram({ ...common, command: initdb, parameters });
    await start();
  } catch (error) {
    await close();
    throw error;
  }
  return { connectionString: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`, stop, start, close };
}

/** It writes so in the language that was chosen when its files were made. */
function isReady(stderr: Readable): Promise<void> {
  return new Promise((resolve) => {
    let words = '';
    stderr.on('data', (text: string) => {
      words = (words + text).slice(-10_000);
      if (words.includes('ready to accept connections')) resolve();
    });
  });
}
