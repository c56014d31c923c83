import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitForPort } from '../ports.ts';

/** A fault that the next `times` messages or logins meet. */
export type ProsodyFault = { readonly times: number } & (
  | { readonly at: 'auth' | 'taken' }
  | { readonly at: 'message'; readonly type: string; readonly condition: string; readonly by?: string }
);

/** A running Prosody (https://prosody.im). */
export interface Prosody extends AsyncDisposable {
  /** The port of 127.0.0.1 with STARTTLS. */
  readonly port: number;
  /** The port of 127.0.0.1 with TLS from the first byte. */
  readonly implicitPort: number;
  /** Returns the messages that clients have sent, oldest first. */
  taken(): readonly { readonly address: string; readonly text: string }[];
  /** Sets the fault, from the next message or login on. It replaces an earlier one. */
  fail(fault: ProsodyFault): void;
  /** Returns the connections at `port` that are open now. */
  connections(): ReadonlySet<object>;
}

interface ProsodyOptions {
  /** The certificate of `localhost`. */
  readonly certificate: { readonly key: string; readonly cert: string };
  /** The accounts at `localhost`: password by name. */
  readonly accounts: Readonly<Record<string, string>>;
}

/**
 * Starts Prosody with the domain `localhost`, rooms at `conference.localhost` and no connections to other
 * servers. Returns undefined when Prosody is not installed.
 */
export async function startProsody({ certificate, accounts }: ProsodyOptions): Promise<Prosody | undefined> {
  // Prosody has no `--version`: it ignores parameters that it does not know, and starts.
  if (spawnSync('sh', ['-c', 'command -v prosody']).status !== 0) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-prosody-'));
  const [port, implicitPort] = [await freePort(), await freePort()];
  const data = join(folder, 'data', 'localhost', 'accounts');
  await mkdir(data, { recursive: true });
  for (const [name, password] of Object.entries(accounts)) {
    await writeFile(join(data, `${accountFile(name)}.dat`), `return { ["password"] = ${JSON.stringify(password)}; };\n`);
  }
  await writeFile(join(folder, 'key.pem'), certificate.key);
  await writeFile(join(folder, 'cert.pem'), certificate.cert);
  await writeFile(join(folder, 'prosody.cfg.lua'), settings(folder, port, implicitPort));

  const child = spawn('prosody', ['--config', join(folder, 'prosody.cfg.lua'), '-F'], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
    await rm(folder, { recursive: true });
  };
  try {
    await Promise.race([
      Promise.all([waitForPort(port), waitForPort(implicitPort)]),
      ended.then(() => Promise.reject(new Error('It ended.'))),
    ]);
  } catch (error) {
    const log = await readFile(join(folder, 'prosody.log'), 'utf8').catch(() => '');
    await stop();
    throw new Error(`Prosody did not start. ${log}`, { cause: error });
  }
  const counted = await startCountingForwarder(port);
  const taken = join(folder, 'taken.jsonl');
  let faults = 0;
  return {
    port: counted.port,
    implicitPort,
    taken: () => (existsSync(taken) ? readFileSync(taken, 'utf8').trimEnd().split('\n') : []).map((line) => JSON.parse(line)),
    fail(fault) {
      faults += 1;
      writeFileSync(join(folder, 'fault.json'), JSON.stringify({ ...fault, number: faults }));
    },
    connections: counted.connections,
    async [Symbol.asyncDispose]() {
      await counted.close();
      await stop();
    },
  };
}

/** Returns the file name that Prosody gives an account. */
function accountFile(name: string): string {
  return Buffer.from(name)
    .toString('latin1')
    .replaceAll(/[^a-z0-9]/gi, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function settings(folder: string, port: number, implicitPort: number): string {
  const at = (name: string): string => JSON.stringify(join(folder, name));
  return `
run_as_root = ${process.getuid?.() === 0}
daemonize = false
pidfile = ${at('prosody.pid')}
data_path = ${at('data')}
log = { info = ${at('prosody.log')} }
plugin_paths = { ${JSON.stringify(import.meta.dirname)} }
sitemessage_test_folder = ${JSON.stringify(folder)}
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
c2s_direct_tls_ports = { ${implicitPort} }
modules_enabled = { "roster", "saslauth", "tls", "disco", "ping", "smacks", "offline", "blocklist", "sitemessage_test" }
modules_disabled = { "s2s" }
authentication = "internal_plain"
c2s_require_encryption = true
ssl = { key = ${at('key.pem')}; certificate = ${at('cert.pem')} }
VirtualHost "localhost"
Component "conference.localhost" "muc"
muc_room_locking = false
`;
}

/** Forwards connections to this port and counts them. Prosody itself does not tell how many are open. */
async function startCountingForwarder(
  target: number,
): Promise<{ readonly port: number; connections(): ReadonlySet<object>; close(): Promise<void> }> {
  const clients = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true });
    clients.add(client);
    client.on('error', () => upstream.destroy()).on('close', () => void (clients.delete(client) && upstream.destroy()));
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { readonly port: number }).port,
    connections: () => new Set(clients),
    async close() {
      for (const client of clients) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
