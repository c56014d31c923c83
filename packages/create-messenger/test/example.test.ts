import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exampleFiles, exampleFolder } from './example/files.ts';

/** What git has or would take: not what was installed, built or packed there. */
const kept = (): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: exampleFolder, encoding: 'utf8' })
    .trim()
    .split('\n')
    .sort();

describe('examples/scaffolded', () => {
  it('is what is rendered; pnpm --filter create-sitemessage-messenger example renders it anew', () => {
    expect(kept()).toEqual([...exampleFiles().keys()].sort());
    for (const [path, content] of exampleFiles()) expect(readFileSync(join(exampleFolder, path), 'utf8'), path).toBe(content);
  });
});
