import { spawnSync } from 'node:child_process';
import { chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answering } from './answering.ts';
import { freePort } from './free-port.ts';
import { startProgram } from './program.ts';
import { folderOf, unprivileged } from './unprivileged.ts';

/** A pooler between a client and PostgreSQL. */
export interface PgBouncer {
  /** To the same database, through the pooler. */
  readonly connectionString: string;
  close(): Promise<void>;
}

/** Fewer than the clients of a test, so that they share them. */
const serverConnections = 3;

/**
 * PgBouncer in transaction mode (https://www.pgbouncer.org/features.html) in front of a server. It refuses to run as root, so root runs it
 * as `nobody`. Undefined when it is not on this machine.
 *
 * @throws Error that says in one line why it cannot start.
 */
export async function startPgBouncer(server: string): Promise<PgBouncer | undefined> {
  if (spawnSync('pgbouncer', ['--version']).error) return undefined;
  const { hostname, port, username, password, pathname } = new URL(server);
  const database = pathname.slice(1);
  const ownPort = await freePort();
  const user = unprivileged();
  const folder = await folderOf(user, 'pgbouncer');
  const settings = join(folder, 'pgbouncer.ini');
  await writeFile(
    settings,
    `[databases]
${database} = host=${hostname} port=${port} user=${decodeURIComponent(username)} password=${decodeURIComponent(password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${ownPort}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${serverConnections}
`,
  );
  if (user) await chown(settings, user.uid, user.gid);
  const program = { name: 'PgBouncer', command: 'pgbouncer', parameters: [settings], user, folder };
  const running = await startProgram(program, () => answering(ownPort));
  return {
    connectionString: `postgres://${username}:${password}@127.0.0.1:${ownPort}/${database}`,
    async close() {
      // Newer ones wait for their clients on SIGTERM.
      await running.stop('SIGKILL');
      await rm(folder, { recursive: true });
    },
  };
}
