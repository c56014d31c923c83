import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nextSteps } from '../src/package-manager.ts';
import { contentsOf, emptyFolder } from './folder.ts';

const bin = join(import.meta.dirname, '..', 'src', 'bin.ts');
const at = (folder: string): string => join(process.cwd(), folder);

describe('the next steps', () => {
  it.each([
    ['npm/11.0.0 node/v24.0.0 linux x64', 'npm'],
    ['pnpm/12.0.0 npm/? node/v24.0.0 linux x64', 'pnpm'],
    ['yarn/4.0.0 npm/? node/v24.0.0', 'yarn'],
    ['bun/1.3.0 npm/? node/v24.0.0', 'bun'],
    ['constructor/1.0.0', 'npm'],
    ['', 'npm'],
  ])('have the commands of %j', (agent, name) => {
    expect(nextSteps(at('pigeon'), agent)).toEqual([
      'cd pigeon',
      `${name} install`,
      `${name} run test`,
      `${name} run build`,
      `${name} run check`,
    ]);
  });

  it('quote a folder where that is needed, and stay in the current folder', () => {
    expect(nextSteps(at('My Project'), '', 'linux')[0]).toBe("cd 'My Project'");
    expect(nextSteps(at('My Project'), '', 'win32')[0]).toBe('cd "My Project"');
    expect(nextSteps(process.cwd())[0]).toBe('npm install');
  });

  // Windows has no `sh`, and forbids some of these names.
  it.skipIf(process.platform === 'win32').each(['a$(id)', 'a`id`', "it's", 'a\\b', '~', '"', "';id;'", '$HOME'])(
    'name the folder and nothing else to a shell: %s',
    (name) => {
      const place = emptyFolder();
      mkdirSync(join(place, name));
      const [move = ''] = nextSteps(at(name));
      expect(execFileSync('sh', ['-c', `${move} && pwd`], { cwd: place, encoding: 'utf8' })).toBe(`${join(realpathSync(place), name)}\n`);
    },
  );
});

describe('a package of pnpm', () => {
  it.each([
    ['pnpm/12.0.0 npm/? node/v24.0.0', true],
    ['npm/11.0.0 node/v24.0.0', false],
  ])('has a pnpm-workspace.yaml, and other packages have none: %s', (agent, isPnpm) => {
    const place = emptyFolder();
    const env = { ...process.env, npm_config_user_agent: agent, npm_command: '' };
    execFileSync(process.execPath, [bin, 'pigeon'], { cwd: place, env });
    expect(Object.keys(contentsOf(place)).includes(join('pigeon', 'pnpm-workspace.yaml'))).toBe(isPnpm);
  });
});
