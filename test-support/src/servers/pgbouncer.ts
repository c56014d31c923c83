import { spawnSync } from 'node:child_process';
import { chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, waitForPort } from '../ports.ts';
import { startProgram, temporaryFolder, unprivileged } from './program.ts';

/** A running PgBouncer: a connection pooler in front of PostgreSQL. */
export interface PgBouncer {
  /** The connection string of the same database, through the pooler. */
  readonly connectionString: string;
  close(): Promise<void>;
}

/** The size of the pool: less than the clients of a test, so that they share connections. */
const serverConnections = 3;

/**
 * Starts PgBouncer in transaction mode (https://www.pgbouncer.org/features.html) in front of a server.
 * PgBouncer refuses to run as root, so root runs it as `nobody`. Returns undefined when it is not installed.
 *
 * @throws An error that says in one line why PgBouncer cannot start.
 */
export async function startPgBouncer(server: string): Promise<PgBouncer | undefined> {
  if (spawnSync('pgbouncer', ['--version']).error) return undefined;
  const { hostname, port, username, password, pathname } = new URL(server);
  const database = pathname.slice(1);
  const ownPort = await freePort();
  const user = unprivileged();
  const folder = await temporaryFolder(user, 'pgbouncer');
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
  const running = await startProgram(program, () => waitForPort(ownPort));
  return {
    connectionString: `postgres://${username}:${password}@127.0.0.1:${ownPort}/${database}`,
    async close() {
      // On SIGTERM, newer versions wait for their clients.
      await running.stop('SIGKILL');
      await rm(folder, { recursive: true });
    },
  };
}
