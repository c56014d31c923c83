const managers = ['npm', 'pnpm', 'yarn', 'bun'];

/** The package manager that started this, by `npm_config_user_agent`: `pnpm/12.0.0 npm/? node/v24.0.0`. Whoever else did is taken for npm. */
export function managerOf(userAgent: string = ''): string {
  const [name = ''] = userAgent.split('/');
  return managers.includes(name) ? name : 'npm';
}
