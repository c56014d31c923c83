import { execFile } from 'node:child_process';
import disk from 'node:fs';
import { dirname, join } from 'node:path';
import { chdir, cwd } from 'node:process';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Problem } from '../src/problem.ts';
import { type Disk, write } from '../src/write.ts';
import { contentsOf, emptyFolder } from './folder.ts';

const files = new Map([
  ['.gitignore', 'dist/\n'],
  ['README.md', 'new'],
  ['src/index.ts', 'export {};\n'],
  ['src/deep/er/file.ts', 'deep'],
]);
const whole = { '.gitignore': 'dist/\n', 'README.md': 'new', 'src/index.ts': 'export {};\n', 'src/deep/er/file.ts': 'deep' };
const calmly = { force: false };
const force = { force: true };

/**
 * Makes a disk that fails once, at one of the calls that change something. `count` returns the number of
 * these calls.
 */
function failing(at: number): { fs: Disk; count: () => number } {
  let calls = 0;
  const fs = { ...disk } as Record<string, unknown>;
  for (const name of ['mkdirSync', 'mkdtempSync', 'renameSync', 'rmSync', 'writeFileSync'] as const) {
    fs[name] = (...args: never[]) => {
      calls += 1;
      if (calls === at) throw Object.assign(new Error(`ENOSPC: no space left on device, ${name}`), { code: 'ENOSPC' });
      return (disk[name] as (...args: never[]) => unknown)(...args);
    };
  }
  return { fs: fs as unknown as Disk, count: () => calls };
}

describe('writing', () => {
  it('makes the folder and its parents', () => {
    const place = emptyFolder();
    expect(write(join(place, 'a', 'b', 'pigeon'), files, calmly)).toEqual([]);
    expect(contentsOf(join(place, 'a', 'b', 'pigeon'))).toMatchObject(whole);
    expect(disk.readdirSync(join(place, 'a', 'b'))).toEqual(['pigeon']);
  });

  it('accepts a folder that is empty or only has `.git`, and keeps it', () => {
    const place = emptyFolder();
    disk.mkdirSync(join(place, '.git'));
    disk.writeFileSync(join(place, '.git', 'HEAD'), 'ref');
    const before = disk.statSync(place).ino;
    const from = cwd();
    try {
      chdir(place);
      write('.', files, calmly);
    } finally {
      chdir(from);
    }
    expect(contentsOf(place)).toMatchObject({ ...whole, '.git/HEAD': 'ref' });
    expect(disk.statSync(place).ino).toBe(before);
  });

  it('refuses a folder that is in use, and names its files', () => {
    const place = emptyFolder();
    disk.writeFileSync(join(place, 'notes.txt'), 'mine');
    expect(() => write(place, files, calmly)).toThrow(Problem);
    expect(() => write(place, files, calmly)).toThrow('notes.txt');
    expect(contentsOf(place)).toEqual({ 'notes.txt': 'mine' });
  });

  it('overwrites its own files with `force`, returns their names, and leaves the rest', () => {
    const place = emptyFolder();
    disk.mkdirSync(join(place, 'src'));
    for (const [path, content] of [
      ['README.md', 'old'],
      ['src/mine.ts', 'mine'],
      ['notes.txt', 'mine'],
    ] as const) {
      disk.writeFileSync(join(place, path), content);
    }
    expect(write(place, files, force)).toEqual(['README.md']);
    expect(contentsOf(place)).toMatchObject({ ...whole, 'src/mine.ts': 'mine', 'notes.txt': 'mine' });
  });
});

describe('an existing folder', () => {
  const broken = (code: string) => Object.assign(new Error(`${code}: not here`), { code });

  /** Makes a disk on which everything around the folder is read-only or another disk, as at a mount point. */
  const alone = (target: string): Disk => ({
    ...disk,
    mkdtempSync: ((prefix: string) => {
      if (dirname(prefix) !== target) throw broken('EACCES');
      return disk.mkdtempSync(prefix);
    }) as Disk['mkdtempSync'],
    renameSync(from, to) {
      for (const path of [from, to]) if (!String(path).startsWith(join(target, '/'))) throw broken('EXDEV');
      disk.renameSync(from, to);
    },
  });

  it('needs nothing of its parent', () => {
    const place = emptyFolder();
    expect(write(place, files, calmly, alone(place))).toEqual([]);
    expect(write(place, files, force, alone(place))).toEqual([...files.keys()]);
    expect(contentsOf(place)).toEqual({ ...whole, src: null, 'src/deep': null, 'src/deep/er': null });
  });
});

describe('the write is refused when the place', () => {
  it('is a link to a missing file', () => {
    const place = emptyFolder();
    disk.symlinkSync(join(place, 'gone'), join(place, 'pigeon'));
    for (const options of [calmly, force]) expect(() => write(join(place, 'pigeon'), files, options)).toThrow('a link to a missing file');
  });

  it('is a file', () => {
    const place = emptyFolder();
    disk.writeFileSync(join(place, 'pigeon'), 'mine');
    for (const options of [calmly, force]) expect(() => write(join(place, 'pigeon'), files, options)).toThrow('is not a folder');
    expect(() => write(join(place, 'pigeon', 'inside'), files, calmly)).toThrow('cannot be written');
    expect(contentsOf(place)).toEqual({ pigeon: 'mine' });
  });

  it.each(['src', 'README.md', 'src/deep'])('has a link in place of a file or a folder: %s', (path) => {
    const place = emptyFolder();
    const elsewhere = emptyFolder();
    disk.mkdirSync(join(place, 'src'));
    disk.rmSync(join(place, path), { recursive: true, force: true });
    disk.symlinkSync(elsewhere, join(place, path));
    const before = contentsOf(place);
    expect(() => write(place, files, force)).toThrow('is in the way');
    expect(contentsOf(place)).toEqual(before);
    expect(contentsOf(elsewhere)).toEqual({});
  });

  it.each(['README.md', 'src/index.ts/'])('has a folder in place of a file: %s', (path) => {
    const place = emptyFolder();
    disk.mkdirSync(join(place, path), { recursive: true });
    expect(() => write(place, files, force)).toThrow('it should be a file');
  });

  // Root can write everywhere except into the folders of the kernel.
  it.skipIf(process.platform !== 'linux')('is a folder that nobody can write to', () => {
    const place = '/proc/self/pigeon';
    expect(() => write(place, files, calmly)).toThrow(Problem);
    expect(() => write(place, files, calmly)).toThrow(/cannot be written: .*Nothing was changed/);
  });

  // Windows reports that there is no such file.
  it('has a name that is too long', () => {
    expect(() => write(join(emptyFolder(), 'x'.repeat(300)), files, calmly)).toThrow(/(ENAMETOOLONG|ENOENT).*Nothing was changed/);
  });
});

describe('a disk that fails', () => {
  const prepare = {
    'a new folder in new folders': (place: string) => join(place, 'a', 'pigeon'),
    'an existing folder': (place: string) => {
      disk.mkdirSync(join(place, 'pigeon', 'src'), { recursive: true });
      for (const path of ['README.md', 'src/index.ts', 'src/mine.ts']) disk.writeFileSync(join(place, 'pigeon', path), `old ${path}`);
      return join(place, 'pigeon');
    },
  };

  it.each(Object.entries(prepare))('leaves everything as it was, at every call that can fail: %s', (_, make) => {
    const { fs, count } = failing(Number.NaN);
    write(make(emptyFolder()), files, force, fs);
    expect(count()).toBeGreaterThan(9);
    // The last call removes the hidden folder. All files are in place by then.
    for (let at = 1; at < count(); at += 1) {
      const place = emptyFolder();
      const folder = make(place);
      const before = contentsOf(place);
      expect(() => write(folder, files, force, failing(at).fs), `call ${at}`).toThrow(/ENOSPC.*Nothing was changed/);
      expect(contentsOf(place), `call ${at}`).toEqual(before);
    }
  });
});

// Windows has no signals. There, `process.kill` ends a process at once.
describe.skipIf(process.platform === 'win32')('a signal', () => {
  const module = pathToFileURL(join(import.meta.dirname, '..', 'src', 'write.ts')).href;

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('in the middle of writing waits until all is written: %s', async (signal) => {
    const program = `
      import { deferSignals } from ${JSON.stringify(module)};
      const done = deferSignals(() => {
        process.kill(process.pid, '${signal}');
        const end = Date.now() + 100;
        while (Date.now() < end);
        return 'whole';
      });
      process.stdout.write(done);
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    expect(stdout).toBe('whole');
  });
});
