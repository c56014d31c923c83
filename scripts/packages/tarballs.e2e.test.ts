import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { attempt } from './run.ts';

const root = join(import.meta.dirname, '../..');

const check = (tool: string, ...args: readonly string[]) => attempt(join(root, 'node_modules/.bin', tool), args, root);

describe.each(inject('packages'))('$manifest.name as it is packed', ({ manifest, tarball, files }) => {
  it('has its license and its README', () => {
    expect(files).toEqual(expect.arrayContaining(['package/LICENSE', 'package/README.md']));
  });

  it('runs no script when it is installed', () => {
    for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) expect(manifest.scripts ?? {}).not.toHaveProperty(script);
  });

  it.concurrent('passes publint', async ({ expect }) => {
    expect(await check('publint', tarball, '--strict')).toMatchObject({ isOk: true });
  });
});

describe.each(inject('libraries'))('$manifest.name as it is imported', ({ tarball, files }) => {
  it('has no sources, no tests and no configuration', () => {
    expect(
      files.filter((file) => !/^package\/(dist\/[\w-]+\.(js|d\.ts)|package\.json|README\.md|NOTICE|LICENSE[\w-]*)$/.test(file)),
    ).toEqual([]);
  });

  it.concurrent('has types in every module resolution', async ({ expect }) => {
    expect(await check('attw', tarball, '--profile', 'esm-only', '--no-emoji')).toMatchObject({ isOk: true });
  });
});
