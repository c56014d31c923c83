import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { filesFor, readTemplates } from '../src/templates.ts';

describe('a package manager', () => {
  it('is told which scripts need not run when it is pnpm, as in this workspace', () => {
    const own = parse(readFileSync(join(import.meta.dirname, '..', '..', '..', 'pnpm-workspace.yaml'), 'utf8'));
    const { allowBuilds } = parse(filesFor('pnpm').get('pnpm-workspace.yaml') ?? '');
    expect(allowBuilds).toEqual({ esbuild: false });
    expect(own.allowBuilds).toMatchObject(allowBuilds);
  });

  it('is not taken for pnpm when it is another one', () => {
    for (const manager of ['npm', 'yarn', 'bun']) expect([...filesFor(manager).keys()]).toEqual([]);
    expect([...readTemplates('http', 'MIT').keys()].filter((path) => path.startsWith('pnpm'))).toEqual([]);
  });
});
