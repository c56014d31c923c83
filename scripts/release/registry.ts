import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../../test-support/src/ports.ts';
import { installMs } from './limits.ts';
import { run } from './run.ts';

const longestStartMs = 30_000;
// One of its plugins asks for node-fetch by a tag, `cjs`, which not every mirror of npm has: this is the last that is CommonJS.
const manifest = { private: true, dependencies: { verdaccio: '6.10.4' }, overrides: { 'node-fetch': '2.7.0' } };

export interface Registry extends AsyncDisposable {
  readonly url: string;
}

/** A registry in this folder, for this machine alone. It has our packages from whoever brings them, and all others from where npm has them. */
export async function startVerdaccio(folder: string, signal: AbortSignal): Promise<Registry> {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  // `npm run release --dry-run` leaves that in the environment.
  await run('npm', ['install', '--no-audit', '--no-fund', '--no-dry-run'], { cwd: folder, signal, limitMs: installMs });
  const upstream = (await run('npm', ['config', 'get', 'registry'], { cwd: folder, signal })).trim();
  const config = {
    storage: join(folder, 'storage'),
    uplinks: { upstream: { url: upstream } },
    auth: { htpasswd: { file: join(folder, 'users'), algorithm: 'bcrypt', rounds: 4 } },
    packages: {
      // Without an uplink: what we have published already does not exist here.
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
