import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentsOf, emptyFolder } from './folder.ts';
import { rangeOf, versionOf } from './workspace.ts';

const bin = join(import.meta.dirname, '..', 'src', 'bin.ts');

/** Runs the command without a terminal. */
function run(cwd: string, args: readonly string[], env: object = {}): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [bin, ...args],
      { cwd, env: { ...process.env, npm_config_user_agent: '', ...env } },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

describe('without a terminal', () => {
  it('asks nothing, uses the defaults, and lists the next steps', async () => {
    const place = emptyFolder();
    const { code, stdout, stderr } = await run(place, ['pigeon-post'], { npm_config_user_agent: 'pnpm/12.0.0 npm/? node/v24.0.0' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('  cd pigeon-post\n  pnpm install\n  pnpm run test\n');
    const [, marked = ''] = stdout.split('search for CHANGE in these files:\n');
    const made = Object.entries(contentsOf(join(place, 'pigeon-post')));
    expect(marked.trim().split(/\s+/)).toEqual(
      made.flatMap(([path, content]) => (path !== 'marks.mjs' && content?.includes('CHANGE:') ? [path] : [])),
    );
    expect(JSON.parse(readFileSync(join(place, 'pigeon-post', 'package.json'), 'utf8'))).toMatchObject({
      name: 'sitemessage-messenger-pigeon-post',
      dependencies: { '@sitemessage/http': rangeOf('@sitemessage/http') },
    });
  });

  it('overwrites only with --force, and lists the files', async () => {
    const place = emptyFolder();
    writeFileSync(join(place, 'README.md'), 'mine');
    const refused = await run(place, ['.', '--alias', 'pigeon']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('is not empty: it has README.md');
    expect(contentsOf(place)).toEqual({ 'README.md': 'mine' });
    const { code, stdout } = await run(place, ['.', '--alias', 'pigeon', '--force', '--kind', 'minimal']);
    expect(code).toBe(0);
    expect(stdout).toContain('Overwritten: README.md\n');
  });

  it.each([
    [[], 'Name a folder'],
    [['smtp'], 'is taken'],
    [['pigeon', '--kind', 'smoke'], '--kind'],
    [['pigeon', '--colour'], "Unknown option '--colour'"],
    [['describe'], '"describe"'],
    [['file/pigeon'], 'cannot be written'],
  ])('reports a mistake in one line, and writes nothing: %j', async (args, words) => {
    const place = emptyFolder();
    writeFileSync(join(place, 'file'), '');
    const { code, stdout, stderr } = await run(place, args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(contentsOf(place)).toEqual({ file: '' });
  });

  it('shows help and its version', async () => {
    const place = emptyFolder();
    const help = await run(place, ['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const flag of ['alias', 'title', 'kind', 'package', 'author', 'license', 'yes', 'force'])
      expect(help.stdout).toContain(`--${flag}`);
    expect(await run(place, ['--version'])).toEqual({ code: 0, stdout: `${versionOf('create-sitemessage-messenger')}\n`, stderr: '' });
    expect(contentsOf(place)).toEqual({});
  });
});
