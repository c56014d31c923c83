import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../ports.ts';

/** A running ejabberd (https://www.ejabberd.im). */
export interface Ejabberd extends AsyncDisposable {
  /** The port of 127.0.0.1 with STARTTLS. */
  readonly port: number;
  /** The port of 127.0.0.1 with TLS from the first byte. */
  readonly implicitPort: number;
}

interface EjabberdOptions {
  /** The certificate of `localhost`. */
  readonly certificate: { readonly key: string; readonly cert: string };
  /** The accounts at `localhost`: password by name. */
  readonly accounts: Readonly<Record<string, string>>;
}

const longestStartMs = 60_000;
const longestStopMs = 10_000;

/**
 * Starts ejabberd with the domain `localhost`, rooms at `conference.localhost` and no connections to other
 * servers. Returns undefined when ejabberd is not installed.
 *
 * `ejabberdctl` works only for root and one other user, and starts the daemon `epmd`, which stays. So Erlang
 * runs ejabberd directly: as the calling user, and as a node without a name.
 */
export async function startEjabberd({ certificate, accounts }: EjabberdOptions): Promise<Ejabberd | undefined> {
  const libraries = await findLibraries();
  if (libraries === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-ejabberd-'));
  const [port, implicitPort] = [await freePort(), await freePort()];
  await mkdir(join(folder, 'mnesia'));
  await writeFile(join(folder, 'localhost.pem'), `${certificate.cert}\n${certificate.key}`, { mode: 0o600 });
  // JSON is YAML.
  await writeFile(join(folder, 'ejabberd.yml'), JSON.stringify(settings(folder, port, implicitPort)));
  const ready = join(folder, 'ready');
  const child = spawn('erl', startParameters(folder, ready, accounts), {
    cwd: folder,
    stdio: 'ignore',
    env: {
      ...process.env,
      HOME: folder,
      ERL_LIBS: libraries,
      ERL_CRASH_DUMP: '/dev/null',
      EJABBERD_CONFIG_PATH: join(folder, 'ejabberd.yml'),
      EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
    },
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    const late = setTimeout(() => child.kill('SIGKILL'), longestStopMs);
    child.kill();
    await ended;
    clearTimeout(late);
    await rm(folder, { recursive: true });
  };
  try {
    await Promise.race([fileExists(ready), ended.then(() => Promise.reject(new Error('It ended.')))]);
  } catch (error) {
    const log = await readFile(join(folder, 'ejabberd.log'), 'utf8').catch(() => '');
    await stop();
    throw new Error(`ejabberd did not start. ${log}`, { cause: error });
  }
  return { port, implicitPort, [Symbol.asyncDispose]: stop };
}

/** Reads the folder of ejabberd's Erlang libraries from its own script. */
async function findLibraries(): Promise<string | undefined> {
  const path = `${process.env.PATH}:/usr/sbin`;
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v erl >/dev/null && command -v ejabberdctl'], {
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
  });
  if (status !== 0) return undefined;
  return /^ERL_LIBS='?([^'\n]+)'?$/m.exec(await readFile(stdout.trim(), 'utf8'))?.[1];
}

function startParameters(folder: string, ready: string, accounts: EjabberdOptions['accounts']): readonly string[] {
  const bytes = (text: string): string => `<<${[...Buffer.from(text)].join(',')}>>`;
  const registered = Object.entries(accounts).map(
    ([name, password]) => `ok = ejabberd_auth:try_register(${bytes(name)}, <<"localhost">>, ${bytes(password)})`,
  );
  const work = [...registered, `ok = file:write_file(${bytes(ready)}, <<>>)`];
  const start = ['-noinput', '-mnesia', 'dir', JSON.stringify(join(folder, 'mnesia')), '-s', 'ejabberd'];
  return [...start, '-eval', `${work.join(', ')}.`];
}

function settings(folder: string, port: number, implicitPort: number): object {
  const listener = { ip: '127.0.0.1', module: 'ejabberd_c2s', max_stanza_size: 262_144 };
  return {
    hosts: ['localhost'],
    certfiles: [join(folder, 'localhost.pem')],
    listen: [
      { ...listener, port, starttls_required: true },
      { ...listener, port: implicitPort, tls: true },
    ],
    s2s_access: 'none',
    auth_password_format: 'scram',
    modules: {
      mod_blocking: {},
      mod_disco: {},
      mod_muc: {},
      mod_offline: {},
      mod_ping: {},
      mod_privacy: {},
      mod_roster: {},
      mod_stream_mgmt: {},
    },
  };
}

async function fileExists(file: string): Promise<void> {
  for (const giveUpAt = performance.now() + longestStartMs; ; await sleep(50)) {
    try {
      await stat(file);
      return;
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
    }
  }
}
