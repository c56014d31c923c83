import { relative } from 'node:path';

/** How each runs a script; whoever else ran it is taken for npm. */
const runners: Readonly<Record<string, { readonly install: string; readonly run: string }>> = {
  npm: { install: 'npm install', run: 'npm run' },
  pnpm: { install: 'pnpm install', run: 'pnpm run' },
  yarn: { install: 'yarn install', run: 'yarn run' },
  bun: { install: 'bun install', run: 'bun run' },
};

/** What to run next, in the commands of the package manager that started this, by `npm_config_user_agent`: `pnpm/12.0.0 npm/? node/v24.0.0`. */
export function nextSteps(folder: string, userAgent: string = ''): readonly string[] {
  const [name = ''] = userAgent.split('/');
  const { install, run } = (Object.hasOwn(runners, name) ? runners[name] : undefined) ?? { install: 'npm install', run: 'npm run' };
  const path = relative(process.cwd(), folder);
  const move = path === '' ? [] : [`cd ${/^[\w./\\:@+-]+$/.test(path) ? path : JSON.stringify(path)}`];
  return [...move, install, `${run} test`, `${run} build`, `${run} check`];
}
