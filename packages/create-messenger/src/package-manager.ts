import { relative } from 'node:path';

const managers = ['npm', 'pnpm', 'yarn', 'bun'];

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the package manager that started this process, by `npm_config_user_agent`: `pnpm/12.0.0 npm/?
 * node/v24.0.0`. Default: npm.
 */
export function managerOf(userAgent: string = ''): string {
  const [name = ''] = userAgent.split('/');
  return managers.includes(name) ? name : 'npm';
}

/** Returns the next commands to run, for the package manager that started this process. */
export function nextSteps(folder: string, userAgent?: string, platform: NodeJS.Platform = process.platform): readonly string[] {
  const manager = managerOf(userAgent);
  const path = relative(process.cwd(), folder);
  const move = path === '' ? [] : [`cd ${quoted(path, platform === 'win32')}`];
  return [...move, `${manager} install`, `${manager} run test`, `${manager} run build`, `${manager} run check`];
}

/**
 * Quotes a path for a shell, where that is needed. Windows only knows double quotes, and no name there has
 * any.
 */
function quoted(path: string, isWindows: boolean): string {
  if (isWindows) return /^[\w./\\:@+-]+$/.test(path) ? path : `"${path}"`;
  return /^[\w./:@+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/**
 * The flags that npm can take. `--yes` is not one of them: it answers a question of npm too, as in `npm
 * create -y`.
 */
const flags = ['alias', 'title', 'kind', 'package', 'author', 'license', 'force'] as const;

/**
 * Returns the flags before `--`, which npm takes for its own settings. They are only in the environment
 * then.
 */
export function takenByNpm(env: Environment): readonly (typeof flags)[number][] {
  const command = env.npm_command;
  if (managerOf(env.npm_config_user_agent) !== 'npm' || (command !== 'init' && command !== 'exec')) return [];
  // `npx --package` names the package of a command.
  return flags.filter(
    (name) => !['', 'false', undefined].includes(env[`npm_config_${name}`]) && !(name === 'package' && command === 'exec'),
  );
}

/** Returns an example of a command with a flag, for the package manager that started this process. */
export function exampleOfFlags(env: Environment): string {
  const manager = managerOf(env.npm_config_user_agent);
  return `${manager} create sitemessage-messenger my-protocol ${manager === 'npm' ? '-- ' : ''}--kind minimal`;
}
