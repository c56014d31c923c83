import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nextSteps } from '../src/next-steps.ts';
import { emptyFolder } from './folder.ts';

const at = (folder: string): string => join(process.cwd(), folder);

describe('what to run next', () => {
  it.each([
    ['npm/11.0.0 node/v24.0.0 linux x64', 'npm'],
    ['pnpm/12.0.0 npm/? node/v24.0.0 linux x64', 'pnpm'],
    ['yarn/4.0.0 npm/? node/v24.0.0', 'yarn'],
    ['bun/1.3.0 npm/? node/v24.0.0', 'bun'],
    ['constructor/1.0.0', 'npm'],
    ['', 'npm'],
  ])('is in the words of %j', (agent, name) => {
    expect(nextSteps(at('pigeon'), agent)).toEqual([
      'cd pigeon',
      `${name} install`,
      `${name} run test`,
      `${name} run build`,
      `${name} run check`,
    ]);
  });

  it('quotes a folder that needs it, and goes nowhere when it is there', () => {
    expect(nextSteps(at('My Project'), '', 'linux')[0]).toBe("cd 'My Project'");
    expect(nextSteps(at('My Project'), '', 'win32')[0]).toBe('cd "My Project"');
    expect(nextSteps(process.cwd())[0]).toBe('npm install');
  });

  // Windows has no `sh` to ask, and no folder may be called like some of these.
  it.skipIf(process.platform === 'win32').each(['a$(id)', 'a`id`', "it's", 'a\\b', '~', '"', "';id;'", '$HOME'])(
    'means the folder and nothing else to a shell: %s',
    (name) => {
      const place = emptyFolder();
      mkdirSync(join(place, name));
      const [move = ''] = nextSteps(at(name));
      expect(execFileSync('sh', ['-c', `${move} && pwd`], { cwd: place, encoding: 'utf8' })).toBe(`${join(realpathSync(place), name)}\n`);
    },
  );
});
