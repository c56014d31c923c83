import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contentsOf, emptyFolder } from './folder.ts';

const bin = join(import.meta.dirname, '..', 'src', 'bin.ts');

it.each([
  ['pnpm/12.0.0 npm/? node/v24.0.0', true],
  ['npm/11.0.0 node/v24.0.0', false],
])('what starts this gets what it needs: %s', (agent, isPnpm) => {
  const place = emptyFolder();
  const env = { ...process.env, npm_config_user_agent: agent, npm_command: '' };
  execFileSync(process.execPath, [bin, 'pigeon'], { cwd: place, env });
  expect(Object.keys(contentsOf(place)).includes(join('pigeon', 'pnpm-workspace.yaml'))).toBe(isPnpm);
});
