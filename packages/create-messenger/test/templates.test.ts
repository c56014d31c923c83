import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { filesFor, readTemplates } from '../src/templates.ts';

describe('the files for a package manager', () => {
  it('tell pnpm which scripts need not run, as in this workspace', () => {
    const own = parse(readFileSync(join(import.meta.dirname, '..', '..', '..', 'pnpm-workspace.yaml'), 'utf8'));
    const { allowBuilds } = parse(filesFor('pnpm').get('pnpm-workspace.yaml') ?? '');
    expect(allowBuilds).toEqual({ esbuild: false });
    expect(own.allowBuilds).toMatchObject(allowBuilds);
  });

  it('are none for another package manager', () => {
    for (const manager of ['npm', 'yarn', 'bun']) expect([...filesFor(manager).keys()]).toEqual([]);
    expect([...readTemplates('http', 'MIT').keys()].filter((path) => path.startsWith('pnpm'))).toEqual([]);
  });
});
