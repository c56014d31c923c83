import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addChangeset } from './changesets.ts';
import { checkPublishable } from './checks.ts';

function git(folder: string, ...args: string[]): void {
  const author = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', [...author, ...args], { cwd: folder, stdio: 'pipe' });
}

/** Makes a repository that can be released. */
async function newRepository(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sitemessage-publishable-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, '.changeset'));
  await writeFile(join(folder, '.changeset/config.json'), '{}');
  await writeFile(join(folder, '.changeset/README.md'), 'Changesets.');
  git(folder, 'init', '--initial-branch', 'main');
  commit(folder);
  return folder;
}

function commit(folder: string): void {
  git(folder, 'add', '.');
  git(folder, 'commit', '--message', 'Change');
}

describe('a release', () => {
  it('is allowed from a clean main', async () => {
    await expect(checkPublishable(await newRepository(), {})).resolves.toBeUndefined();
  });

  it('is refused when a file is not committed', async () => {
    const folder = await newRepository();
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await expect(checkPublishable(folder, {})).rejects.toThrow(/not committed:\n.*notes\.txt/);
  });

  it('is refused on another branch, and on none', async () => {
    const folder = await newRepository();
    git(folder, 'switch', '--create', 'next');
    await expect(checkPublishable(folder, {})).rejects.toThrow('next is checked out');
    git(folder, 'switch', '--detach', 'main');
    await expect(checkPublishable(folder, {})).rejects.toThrow('no branch is checked out');
  });

  it('is refused while a changeset waits for a version', async () => {
    const folder = await newRepository();
    await addChangeset(folder, 'later', { '@sitemessage/core': 'patch' }, 'A change.');
    commit(folder);
    await expect(checkPublishable(folder, {})).rejects.toThrow('later.md would be left out');
  });

  it.each(['npm_config_dry_run', 'NPM_CONFIG_DRY_RUN', 'pnpm_config_dry_run'])('is refused when %s is set', async (name) => {
    await expect(checkPublishable(await newRepository(), { [name]: 'true' })).rejects.toThrow(`${name} is in the environment`);
  });
});
