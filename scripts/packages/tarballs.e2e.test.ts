import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { attempt } from './run.ts';

const root = join(import.meta.dirname, '../..');

const judge = (tool: string, ...args: readonly string[]) => attempt(join(root, 'node_modules/.bin', tool), args, root);

describe.each(inject('packages'))('$manifest.name as it is packed', ({ manifest, tarball, files }) => {
  it('has its license and what to read first', () => {
    expect(files).toEqual(expect.arrayContaining(['package/LICENSE', 'package/README.md']));
  });

  it('runs nothing when it is installed', () => {
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) expect(manifest.scripts ?? {}).not.toHaveProperty(script);
  });

  it.concurrent('is what publint wants', async ({ expect }) => {
    expect(await judge('publint', tarball, '--strict')).toMatchObject({ isWell: true });
  });
});

describe.each(inject('libraries'))('$manifest.name as it is imported', ({ tarball, files }) => {
  it('has no sources, no tests and no configuration', () => {
    expect(
      files.filter((file) => !/^package\/(dist\/[\w-]+\.(js|d\.ts)|package\.json|README\.md|NOTICE|LICENSE[\w-]*)$/.test(file)),
    ).toEqual([]);
  });

  it.concurrent('has types that every way of resolving them finds', async ({ expect }) => {
    expect(await judge('attw', tarball, '--profile', 'esm-only', '--no-emoji')).toMatchObject({ isWell: true });
  });
});
