import disk from 'node:fs';
import { dirname, join } from 'node:path';
import { chdir, cwd } from 'node:process';
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

/** Fails once, at this call of those that change something. Tells how many there were. */
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
  it('makes the folder, and those above it', () => {
    const place = emptyFolder();
    expect(write(join(place, 'a', 'b', 'pigeon'), files, calmly)).toEqual([]);
    expect(contentsOf(join(place, 'a', 'b', 'pigeon'))).toMatchObject(whole);
    expect(disk.readdirSync(join(place, 'a', 'b'))).toEqual(['pigeon']);
  });

  it('takes a folder that is empty, or has a repository alone, and stays in it', () => {
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

  it('refuses a folder that is in use, and says by what', () => {
    const place = emptyFolder();
    disk.writeFileSync(join(place, 'notes.txt'), 'mine');
    expect(() => write(place, files, calmly)).toThrow(Problem);
    expect(() => write(place, files, calmly)).toThrow('notes.txt');
    expect(contentsOf(place)).toEqual({ 'notes.txt': 'mine' });
  });

  it('overwrites its own files when it is told to, says which, and leaves the rest', () => {
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

describe('a folder that is there', () => {
  const broken = (code: string) => Object.assign(new Error(`${code}: not here`), { code });

  /** Around it nobody may write, or is another disk: that of a mount point. */
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

  it('needs nothing of the one that it is in', () => {
    const place = emptyFolder();
    expect(write(place, files, calmly, alone(place))).toEqual([]);
    expect(write(place, files, force, alone(place))).toEqual([...files.keys()]);
    expect(contentsOf(place)).toEqual({ ...whole, src: null, 'src/deep': null, 'src/deep/er': null });
  });
});

describe('what is in the way', () => {
  it('is a link to nothing where the folder should be', () => {
    const place = emptyFolder();
    disk.symlinkSync(join(place, 'gone'), join(place, 'pigeon'));
    for (const options of [calmly, force]) expect(() => write(join(place, 'pigeon'), files, options)).toThrow('a link that leads nowhere');
  });

  it('is a file where the folder should be', () => {
    const place = emptyFolder();
    disk.writeFileSync(join(place, 'pigeon'), 'mine');
    for (const options of [calmly, force]) expect(() => write(join(place, 'pigeon'), files, options)).toThrow('is no folder');
    expect(() => write(join(place, 'pigeon', 'inside'), files, calmly)).toThrow('cannot be written');
    expect(contentsOf(place)).toEqual({ pigeon: 'mine' });
  });

  it.each(['src', 'README.md', 'src/deep'])('is a link or something else that is no file of its own: %s', (path) => {
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

  it.each(['README.md', 'src/index.ts/'])('is a folder where a file should be: %s', (path) => {
    const place = emptyFolder();
    disk.mkdirSync(join(place, path), { recursive: true });
    expect(() => write(place, files, force)).toThrow('it should be a file');
  });

  // Root, which the gate may run as, may write everywhere but into what Linux makes up.
  it.skipIf(process.platform !== 'linux')('is a folder that nobody may write to', () => {
    const place = '/proc/self/pigeon';
    expect(() => write(place, files, calmly)).toThrow(Problem);
    expect(() => write(place, files, calmly)).toThrow(/cannot be written: .*Nothing was changed/);
  });

  // Windows says of it that there is no such thing.
  it('is a name that is too long', () => {
    expect(() => write(join(emptyFolder(), 'x'.repeat(300)), files, calmly)).toThrow(/(ENAMETOOLONG|ENOENT).*Nothing was changed/);
  });
});

describe('a disk that fails', () => {
  const prepare = {
    'a folder that is new, below others': (place: string) => join(place, 'a', 'pigeon'),
    'a folder that is there': (place: string) => {
      disk.mkdirSync(join(place, 'pigeon', 'src'), { recursive: true });
      for (const path of ['README.md', 'src/index.ts', 'src/mine.ts']) disk.writeFileSync(join(place, 'pigeon', path), `old ${path}`);
      return join(place, 'pigeon');
    },
  };

  it.each(Object.entries(prepare))('leaves everything as it was, wherever it fails: %s', (_, make) => {
    const { fs, count } = failing(Number.NaN);
    write(make(emptyFolder()), files, force, fs);
    expect(count()).toBeGreaterThan(9);
    // The last call removes what is left over: all is in its place by then.
    for (let at = 1; at < count(); at += 1) {
      const place = emptyFolder();
      const folder = make(place);
      const before = contentsOf(place);
      expect(() => write(folder, files, force, failing(at).fs), `call ${at}`).toThrow(/ENOSPC.*Nothing was changed/);
      expect(contentsOf(place), `call ${at}`).toEqual(before);
    }
  });
});
