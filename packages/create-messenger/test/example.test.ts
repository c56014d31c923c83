import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exampleFiles, exampleFolder } from './example/files.ts';

/** Returns the files that git has or would add, without installed, built and packed ones. */
const kept = (): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: exampleFolder, encoding: 'utf8' })
    .trim()
    .split('\n')
    .sort();

describe('examples/scaffolded', () => {
  it('is rendered from the templates; pnpm --filter create-sitemessage-messenger example renders it again', () => {
    expect(kept()).toEqual([...exampleFiles().keys()].sort());
    for (const [path, content] of exampleFiles()) expect(readFileSync(join(exampleFolder, path), 'utf8'), path).toBe(content);
  });
});
