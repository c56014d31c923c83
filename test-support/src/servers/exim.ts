import { execFileSync } from 'node:child_process';
import { chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../ports.ts';
import { rootOfPackage, startMailServer } from './mail-server.ts';

/** A running Exim (https://www.exim.org). */
export interface Exim extends AsyncDisposable {
  /** The port of 127.0.0.1, without TLS and login. */
  readonly port: number;
}

/**
 * ACL statements for each SMTP stage. A stage accepts what its statements do not refuse.
 * See https://www.exim.org/exim-html-current/doc/html/spec_html/ch-access_control_lists.html.
 */
export type EximAcls = Readonly<Partial<Record<'connect' | 'helo' | 'mail' | 'rcpt' | 'predata' | 'data', string>>>;

const program = 'usr/sbin/exim4';
const user = 'Debian-exim';

/**
 * Starts Exim with the domain `example.com` and these recipients. Their mail stays in the queue. Returns
 * undefined when Exim is not on this machine or the caller is not root: only root can switch to the user of
 * Exim's package.
 */
export async function startExim(recipients: readonly string[], acls: EximAcls): Promise<Exim | undefined> {
  const root = rootOfPackage('exim4-daemon-light', program);
  if (root === undefined || process.getuid?.() !== 0) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-exim-'));
  const port = await freePort();
  const uid = Number(execFileSync('id', ['-u', user], { encoding: 'utf8' }));
  await mkdir(join(folder, 'spool'));
  for (const name of ['', 'spool']) await chown(join(folder, name), uid, -1);
  const config = join(folder, 'exim.conf');
  const command = join(root, program);
  await writeFile(config, settings(folder, command, port, recipients, acls));

  const stop = await startMailServer({ name: 'Exim', command, parameters: ['-C', config, '-bdf'], folder, log: 'paniclog', ports: [port] });
  return { port, [Symbol.asyncDispose]: stop };
}

function settings(folder: string, command: string, port: number, recipients: readonly string[], acls: EximAcls): string {
  const stages = Object.entries(acls);
  return `
exim_path = ${command}
primary_hostname = mail.example.com
domainlist local_domains = example.com
spool_directory = ${join(folder, 'spool')}
log_file_path = ${join(folder, '%slog')}
pid_file_path = ${join(folder, 'exim.pid')}
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
tls_advertise_hosts =
host_lookup =
queue_only = true
keep_environment =
${stages.map(([stage]) => `acl_smtp_${stage} = acl_${stage}`).join('\n')}

begin acl
${stages.map(([stage, statements]) => `acl_${stage}:\n${statements}\n  accept`).join('\n')}

begin routers
local_user:
  driver = accept
  domains = +local_domains
  local_parts = ${recipients.join(' : ')}
  transport = nowhere
  cannot_route_message = Unknown user

begin transports
nowhere:
  driver = appendfile
  file = /dev/null
`;
}
