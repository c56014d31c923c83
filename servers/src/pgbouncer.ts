import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answering } from './answering.ts';
import { freePort } from './free-port.ts';

/** A pooler between a client and PostgreSQL. */
export interface PgBouncer {
  /** To the same database, through the pooler. */
  readonly connectionString: string;
  close(): Promise<void>;
}

/** Fewer than the clients of a test, so that they share them. */
const serverConnections = 3;

/** PgBouncer in transaction mode (https://www.pgbouncer.org/features.html) in front of a server. Undefined when it is not on this machine. */
export async function startPgBouncer(server: string): Promise<PgBouncer | undefined> {
  if (spawnSync('pgbouncer', ['--version']).error) return undefined;
  const { hostname, port, username, password, pathname } = new URL(server);
  const database = pathname.slice(1);
  const ownPort = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-pgbouncer-'));
  // It refuses to run as root, and somebody else has to read its settings.
  await chmod(folder, 0o755);
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
  const asRoot = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn('pgbouncer', [...asRoot, settings], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await answering(ownPort);
  return {
    connectionString: `postgres://${username}:${password}@127.0.0.1:${ownPort}/${database}`,
    async close() {
      child.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
