import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contentsOf, emptyFolder } from './folder.ts';

const bin = join(import.meta.dirname, '..', 'src', 'bin.ts');
/** Node cannot open a terminal without a compiled addon. Python can. */
const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;
if (!hasPython) process.stdout.write('The tests with a terminal are skipped: there is no python3 with pty.\n');
/**
 * Runs a command in a new terminal that is wide enough for a question. The standard input is its keyboard.
 */
const terminal =
  'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(["sh", "-c", "stty cols 120 rows 40; exec \\"$@\\"", "sh", *sys.argv[1:]])))';

/** Presses keys, each when its words are on the screen. */
function talk(
  cwd: string,
  args: readonly string[],
  keys: readonly (readonly [words: string, key: string])[],
): Promise<{ code: number; shown: string }> {
  const child = spawn('python3', ['-c', terminal, process.execPath, bin, ...args], { cwd, env: { ...process.env, CI: '', TERM: 'xterm' } });
  onTestFinished(() => void child.kill());
  const left = [...keys];
  let shown = '';
  let read = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    shown += stripVTControlCharacters(chunk);
    const at = left[0] === undefined ? -1 : shown.indexOf(left[0][0], read);
    if (at < 0) return;
    read = shown.length;
    child.stdin.write(left.shift()?.[1]);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? -1, shown })));
}

describe.skipIf(!hasPython)('in a terminal', () => {
  it('asks for missing settings', async () => {
    const place = emptyFolder();
    const { code, shown } = await talk(
      place,
      ['pigeon-post'],
      [
        ['The alias', '\r'],
        ['The title', 'Pigeons\r'],
        ['The kind', '\u001b[B\u001b[B\r'],
        ['npm package', '\r'],
        ['The author', 'Ann\r'],
        ['The licence', '\r'],
      ],
    );
    expect(code, shown).toBe(0);
    expect(shown).toContain('cd pigeon-post');
    expect(JSON.parse(readFileSync(join(place, 'pigeon-post', 'package.json'), 'utf8'))).toMatchObject({
      name: 'sitemessage-messenger-pigeon-post',
      description: 'Pigeons for sitemessage',
      author: 'Ann',
      license: 'MIT',
    });
    expect(existsSync(join(place, 'pigeon-post', 'src', 'api.ts'))).toBe(false);
    expect(existsSync(join(place, 'pigeon-post', 'src', 'session.ts'))).toBe(false);
  });

  it('asks again after a wrong answer', async () => {
    const place = emptyFolder();
    const { code, shown } = await talk(
      place,
      ['--title', 'T', '--kind', 'minimal', '--author', 'Ann', '--license', 'ISC'],
      [
        ['The alias', 'smtp\r'],
        ['It is taken', '\u007f\u007f\u007f\u007fpigeon\r'],
        ['npm package', '\r'],
      ],
    );
    expect(code, shown).toBe(0);
    expect(existsSync(join(place, 'pigeon', 'package.json'))).toBe(true);
  });

  it('reports at once that an alias makes a name twice, or that its folder is in use', async () => {
    const place = emptyFolder();
    mkdirSync(join(place, 'dovecote'));
    writeFileSync(join(place, 'dovecote', 'notes.txt'), 'mine');
    const { code, shown } = await talk(
      place,
      [],
      [
        ['The alias', 'describe\r'],
        ['It makes the name "describe"', '\u0015dovecote\r'],
        ['is not empty: it has notes.txt', '\u0015pigeon\r'],
        ['The title', '\u0003'],
      ],
    );
    expect(code, shown).toBe(130);
  });

  it.each([
    [['pigeon', '--alias', 'describe'], 'The alias "describe" makes the name "describe"'],
    [['--alias', 'dovecote'], 'is not empty: it has notes.txt'],
  ])('asks nothing when a given setting is wrong: %j', async (args, words) => {
    const place = emptyFolder();
    mkdirSync(join(place, 'dovecote'));
    writeFileSync(join(place, 'dovecote', 'notes.txt'), 'mine');
    const { code, shown } = await talk(place, args, []);
    expect(code, shown).toBe(1);
    expect(shown).toContain(words);
    expect(shown).not.toContain('The title');
  });

  it('offers an alias when the folder is not one', async () => {
    const { code, shown } = await talk(emptyFolder(), ['My Project'], [['The alias', '\u0003']]);
    expect(code, shown).toBe(130);
    expect(shown).toContain('my-protocol');
  });

  it('asks nothing when the folder is in use', async () => {
    const place = emptyFolder();
    writeFileSync(join(place, 'notes.txt'), 'mine');
    const { code, shown } = await talk(place, ['.'], []);
    expect(code, shown).toBe(1);
    expect(shown).toContain('is not empty: it has notes.txt');
  });

  it('asks nothing with --yes', async () => {
    const place = emptyFolder();
    const { code, shown } = await talk(place, ['pigeon', '--yes'], []);
    expect(code, shown).toBe(0);
    expect(shown).not.toContain('The alias');
  });

  it.each([
    ['at once', [['The alias', '\u0003']]],
    [
      'later',
      [
        ['The alias', '\r'],
        ['The title', '\r'],
        ['The kind', '\u0003'],
      ],
    ],
    ['by the end of the input', [['The alias', '\u0004']]],
    [
      'by the end of the input later',
      [
        ['The alias', '\r'],
        ['The title', '\r'],
        ['The kind', '\u0004'],
      ],
    ],
  ] as const)('writes nothing when it is stopped by Ctrl-C or Ctrl-D: %s', async (_, keys) => {
    const place = emptyFolder();
    const { code, shown } = await talk(place, ['pigeon'], keys);
    expect(code, shown).toBe(130);
    expect(shown).toContain('Nothing was written.');
    expect(shown).not.toContain('Warning');
    expect(contentsOf(place)).toEqual({});
  });
});
