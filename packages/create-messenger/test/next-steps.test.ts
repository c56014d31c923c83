import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nextSteps } from '../src/next-steps.ts';

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
    expect(nextSteps(at('My Project'))[0]).toBe('cd "My Project"');
    expect(nextSteps(process.cwd())[0]).toBe('npm install');
  });
});
