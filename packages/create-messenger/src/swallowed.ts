import { managerOf } from './manager.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Those that npm might keep. Not `--yes`, which answers a question of its own as well: `npm create -y`. */
const flags = ['alias', 'title', 'kind', 'package', 'author', 'license', 'force'] as const;

/** Flags that stood before `--`, where npm takes them for its own settings: it leaves them in the environment alone. */
export function keptByNpm(env: Environment): readonly (typeof flags)[number][] {
  const command = env.npm_command;
  if (managerOf(env.npm_config_user_agent) !== 'npm' || (command !== 'init' && command !== 'exec')) return [];
  // `npx --package` says where a command comes from.
  return flags.filter(
    (name) => !['', 'false', undefined].includes(env[`npm_config_${name}`]) && !(name === 'package' && command === 'exec'),
  );
}

/** How the package manager that started this hands flags on. */
export function exampleOfFlags(env: Environment): string {
  const manager = managerOf(env.npm_config_user_agent);
  return `${manager} create sitemessage-messenger my-protocol ${manager === 'npm' ? '-- ' : ''}--kind minimal`;
}
