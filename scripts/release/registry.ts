import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../../test-support/src/ports.ts';
import { installMs, run } from './run.ts';

const longestStartMs = 30_000;
// A plugin depends on the tag `cjs` of node-fetch, which some mirrors of npm lack. 2.7.0 is the last CommonJS
// version.
const manifest = { private: true, dependencies: { verdaccio: '6.10.4' }, overrides: { 'node-fetch': '2.7.0' } };

/** A running registry. */
interface Registry extends AsyncDisposable {
  readonly url: string;
}

/**
 * Starts Verdaccio in this folder, on 127.0.0.1. Our packages can only be published to it. It fetches all
 * others from npm's configured registry.
 */
export async function startVerdaccio(folder: string, signal: AbortSignal): Promise<Registry> {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  // `npm run release --dry-run` leaves `npm_config_dry_run` in the environment.
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-dry-run'], { cwd: folder, signal, limitMs: installMs });
  const upstream = (await run('npm', ['config', 'get', 'registry'], { cwd: folder, signal })).trim();
  const config = {
    storage: join(folder, 'storage'),
    uplinks: { upstream: { url: upstream } },
    auth: { htpasswd: { file: join(folder, 'users'), algorithm: 'bcrypt', rounds: 4 } },
    packages: {
      // No uplink: versions that are already published do not exist here.
      '@sitemessage/*': { access: '$all', publish: '$authenticated' },
      'create-sitemessage-*': { access: '$all', publish: '$authenticated' },
      '**': { access: '$all', proxy: 'upstream' },
    },
    max_body_size: '100mb',
    log: { type: 'stdout', format: 'pretty', level: 'warn' },
  };
  await writeFile(join(folder, 'config.yaml'), stringify(config));

  const url = `http://127.0.0.1:${await freePort()}/`;
  const program = join(folder, 'node_modules/verdaccio/bin/verdaccio');
  const child = spawn(process.execPath, [program, '--config', join(folder, 'config.yaml'), '--listen', url], { stdio: 'pipe' });
  const exited = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const close = async (): Promise<void> => {
    child.kill();
    await exited;
  };
  try {
    for (const giveUpAt = performance.now() + longestStartMs; !(await answers(url)); await sleep(100, undefined, { signal })) {
      if (child.exitCode !== null || performance.now() > giveUpAt) throw new Error(`The registry did not start:\n${output}`);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { url, [Symbol.asyncDispose]: close };
}

async function answers(url: string): Promise<boolean> {
  return fetch(new URL('-/ping', url)).then(
    ({ ok }) => ok,
    () => false,
  );
}

/**
 * Returns an environment in which npm and pnpm know only this registry, and no other configuration or
 * credentials.
 */
export async function registryEnv(folder: string, registry: string, signal: AbortSignal): Promise<NodeJS.ProcessEnv> {
  await mkdir(folder);
  const npmrc = join(folder, 'npmrc');
  const token = await signUp(registry);
  await writeFile(npmrc, `registry=${registry}\n${registry.replace('http:', '')}:_authToken=${token}\n`);
  const inherited = Object.entries(process.env).filter(([name]) => !/^p?npm_config_/i.test(name));
  const env = {
    ...Object.fromEntries(inherited),
    npm_config_userconfig: npmrc,
    npm_config_globalconfig: join(folder, 'none'),
    npm_config_cache: join(folder, 'cache'),
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_yes: 'true',
    pnpm_config_userconfig: npmrc,
  };
  for (const program of ['npm', 'pnpm']) {
    const used = (await run(program, ['config', 'get', 'registry'], { cwd: folder, env, signal })).trim();
    if (used !== registry) throw new Error(`${program} would use ${used} instead of the started registry.`);
  }
  return env;
}

async function signUp(registry: string): Promise<string> {
  const user = { name: 'rehearsal', password: crypto.randomUUID() };
  const response = await fetch(new URL(`-/user/org.couchdb.user:${user.name}`, registry), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(user),
  });
  const { token } = (await response.json()) as { token?: string };
  if (token === undefined) throw new Error(`The registry refused a new user with the status ${response.status}.`);
  return token;
}
