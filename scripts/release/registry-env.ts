import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/** The environment of programs that know no registry but this one: with nobody's configuration in it, and with nobody's credentials. */
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
    if (used !== registry) throw new Error(`${program} would use ${used}, and not the registry that was started for this.`);
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
  if (token === undefined) throw new Error(`The registry takes no user: ${response.status}`);
  return token;
}
