import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../ports.ts';
import { rootOfPackage, startMailServer } from './mail-server.ts';

/** A running Postfix (https://www.postfix.org). */
export interface Postfix<Service extends string> extends AsyncDisposable {
  /** The port of each service at 127.0.0.1, without TLS and login. */
  readonly ports: Readonly<Record<Service, number>>;
}

/** Configuration parameters, see https://www.postfix.org/postconf.5.html. */
export type PostfixParameters = Readonly<Record<string, string>>;

const daemons = 'usr/lib/postfix/sbin';
/** A user and a group that every Debian has. Postfix needs some that no other running program uses. */
const [owner, group] = ['mail', 'news'];
const ownedFolders = [
  ...['incoming', 'active', 'deferred', 'defer', 'bounce', 'trace', 'corrupt', 'hold', 'flush', 'saved'],
  ...['private', 'public', 'maildrop'],
];

/**
 * Starts Postfix with the domain `example.com` and these recipients. It discards their mail. Each service is
 * an SMTP server with its own parameters. Returns undefined when Postfix is not on this machine or the caller
 * is not root: Postfix starts only as root.
 */
export async function startPostfix<Service extends string>(
  recipients: readonly string[],
  services: Readonly<Record<Service, PostfixParameters>>,
): Promise<Postfix<Service> | undefined> {
  const root = rootOfPackage('postfix', join(daemons, 'master'));
  if (root === undefined || process.getuid?.() !== 0) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-postfix-'));
  const config = join(folder, 'config');
  const ports: [Service, number][] = [];
  for (const name of Object.keys(services) as Service[]) ports.push([name, await freePort()]);
  await makeFolders(folder);
  await writeFile(join(config, 'main.cf'), main(folder, root, recipients));
  await writeFile(join(config, 'master.cf'), master(ports.map(([name, port]) => ({ port, parameters: services[name] }))));

  // An unpacked Postfix does not find its libraries by itself.
  const parameters = [`LD_LIBRARY_PATH=${join(root, 'usr/lib/postfix')}`, join(root, daemons, 'master'), '-c', config];
  const stop = await startMailServer({
    name: 'Postfix',
    command: 'env',
    parameters,
    folder,
    log: 'log',
    ports: ports.map(([, port]) => port),
  });
  return { ports: Object.fromEntries(ports) as Record<Service, number>, [Symbol.asyncDispose]: stop };
}

async function makeFolders(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const uid = Number(execFileSync('id', ['-u', owner], { encoding: 'utf8' }));
  for (const name of ['config', 'queue/pid']) await mkdir(join(folder, name), { recursive: true });
  for (const name of ['data', ...ownedFolders.map((name) => join('queue', name))]) {
    await mkdir(join(folder, name));
    await chown(join(folder, name), uid, -1);
  }
}

function main(folder: string, root: string, recipients: readonly string[]): string {
  const parameters = {
    compatibility_level: '3.6',
    queue_directory: join(folder, 'queue'),
    data_directory: join(folder, 'data'),
    meta_directory: join(folder, 'config'),
    command_directory: join(root, 'usr/sbin'),
    daemon_directory: join(root, daemons),
    shlib_directory: join(root, 'usr/lib/postfix'),
    mail_owner: owner,
    setgid_group: group,
    import_environment: 'MAIL_CONFIG LD_LIBRARY_PATH',
    maillog_file: join(folder, 'log'),
    maillog_file_prefixes: folder,
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    myhostname: 'mail.example.com',
    mydestination: 'example.com',
    mynetworks: '',
    alias_maps: '',
    local_recipient_maps: `inline:{${recipients.map((name) => `${name}=known`).join(', ')}}`,
    local_transport: 'discard',
  };
  return Object.entries(parameters)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join('');
}

function master(services: readonly { readonly port: number; readonly parameters: PostfixParameters }[]): string {
  const servers = services.map(({ port, parameters }) => {
    const options = Object.entries(parameters).map(([name, value]) => `\n  -o { ${name} = ${value} }`);
    return `127.0.0.1:${port} inet n - n - - smtpd${options.join('')}\n`;
  });
  return `${servers.join('')}cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
error unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`;
}
