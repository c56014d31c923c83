import * as disk from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Problem } from './problem.ts';
import type { Files } from './templates.ts';

/** What is used of node:fs. */
export type Disk = Pick<
  typeof disk,
  'existsSync' | 'lstatSync' | 'mkdirSync' | 'mkdtempSync' | 'readdirSync' | 'renameSync' | 'rmSync' | 'statSync' | 'writeFileSync'
>;

/**
 * Puts the files into the folder: all of them, or none. They are written aside first, where a full disk shows, and then moved: beside a
 * folder that is new, and inside one that is there. That one is kept, since somebody may stand in it, and what is around it may be another
 * disk, or nobody's to write. All at once, without a turn of the event loop: whoever stops the process with a handler for that signal stops
 * it before or afterwards.
 *
 * @returns which files were overwritten.
 * @throws Problem when the folder is in use and `force` is not set, or when it cannot be written.
 */
export function write(folder: string, files: Files, { force }: { readonly force: boolean }, fs: Disk = disk): readonly string[] {
  const target = resolve(folder);
  try {
    const isThere = checkFolder(target, { force }, fs);
    const overwritten = isThere ? checkPlaces(target, files, fs) : [];
    place(target, isThere, files, overwritten, fs);
    return overwritten;
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(`${folder} cannot be written: ${(error as Error).message}. Nothing was changed.`);
  }
}

/**
 * Whether there is such a folder.
 *
 * @throws Problem when it is in use and `force` is not set, or when it is none.
 */
export function checkFolder(folder: string, { force }: { readonly force: boolean }, fs: Disk = disk): boolean {
  const target = resolve(folder);
  const found = fs.statSync(target, { throwIfNoEntry: false });
  if (!found) {
    if (fs.lstatSync(target, { throwIfNoEntry: false })) throw new Problem(`${target} is a link that leads nowhere.`);
    return false;
  }
  if (!found.isDirectory()) throw new Problem(`${target} is there already, and is no folder.`);
  const inside = fs.readdirSync(target).filter((name) => name !== '.git');
  if (inside.length === 0 || force) return true;
  const some = inside.slice(0, 5).join(', ');
  throw new Problem(`${target} is not empty: it has ${some}${inside.length > 5 ? ' and more' : ''}. With --force files are overwritten.`);
}

/** Those that are there already. A link must not lead out of the folder. */
function checkPlaces(target: string, files: Files, fs: Disk): readonly string[] {
  return [...files.keys()].filter((path) => {
    const parts = path.split('/');
    for (const [index] of parts.entries()) {
      const found = fs.lstatSync(join(target, ...parts.slice(0, index + 1)), { throwIfNoEntry: false });
      if (!found) return false;
      const isFile = index === parts.length - 1;
      if (isFile ? !found.isFile() : !found.isDirectory()) {
        throw new Problem(`${join(target, ...parts.slice(0, index + 1))} is in the way: it should be a ${isFile ? 'file' : 'folder'}.`);
      }
    }
    return true;
  });
}

function place(target: string, isThere: boolean, files: Files, overwritten: readonly string[], fs: Disk): void {
  /** What undoes what was done, the last of it first. */
  const undo: (() => void)[] = [];
  const around = isThere ? target : dirname(target);
  try {
    makeFolder(around, undo, fs);
    const stage = fs.mkdtempSync(join(around, '.sitemessage-'));
    undo.push(() => fs.rmSync(stage, { recursive: true, force: true }));
    const [fresh, old] = [join(stage, 'new'), join(stage, 'old')];
    fs.mkdirSync(fresh);
    for (const [path, content] of files) {
      fs.mkdirSync(dirname(join(fresh, path)), { recursive: true });
      fs.writeFileSync(join(fresh, path), content);
    }
    if (isThere) {
      for (const path of overwritten) move(join(target, path), join(old, path), undo, fs);
      for (const path of files.keys()) move(join(fresh, path), join(target, path), undo, fs);
    } else {
      fs.renameSync(fresh, target);
    }
    // All is in its place: what is left over must not undo that.
    undo.length = 0;
    tryTo(() => fs.rmSync(stage, { recursive: true, force: true }));
  } catch (error) {
    // It ends at what cannot be undone: what follows would take away what was there before.
    if (undo.reverse().every(tryTo)) throw error;
    throw new Problem(`${(error as Error).message}. Not all of it could be undone: look for .sitemessage-* in ${around}.`);
  }
}

function move(from: string, to: string, undo: (() => void)[], fs: Disk): void {
  makeFolder(dirname(to), undo, fs);
  fs.renameSync(from, to);
  undo.push(() => fs.renameSync(to, from));
}

function makeFolder(folder: string, undo: (() => void)[], fs: Disk): void {
  if (fs.existsSync(folder)) return;
  const first = fs.mkdirSync(folder, { recursive: true });
  if (first !== undefined) undo.push(() => fs.rmSync(first, { recursive: true, force: true }));
}

/** Whether it could be done. Why not is of no interest: something else went wrong before, or nothing did. */
function tryTo(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}
