import * as disk from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Problem } from './problem.ts';
import type { Files } from './templates.ts';

/** The used functions of `node:fs`. */
export type Disk = Pick<
  typeof disk,
  'existsSync' | 'lstatSync' | 'mkdirSync' | 'mkdtempSync' | 'readdirSync' | 'renameSync' | 'rmSync' | 'statSync' | 'writeFileSync'
>;

/**
 * Writes all files into the folder, or none. Returns the files that were overwritten.
 *
 * The files are written into a hidden folder first, where a full disk shows, and then moved. The hidden
 * folder is inside an existing folder, because the one around it can be another disk or read-only.
 * Otherwise it is beside the new folder.
 *
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
 * Returns true when the folder exists.
 *
 * @throws Problem when it is in use and `force` is not set, or when it is something else.
 */
export function checkFolder(folder: string, { force }: { readonly force: boolean }, fs: Disk = disk): boolean {
  const target = resolve(folder);
  const found = fs.statSync(target, { throwIfNoEntry: false });
  if (!found) {
    if (fs.lstatSync(target, { throwIfNoEntry: false })) throw new Problem(`${target} is a link to a missing file.`);
    return false;
  }
  if (!found.isDirectory()) throw new Problem(`${target} exists, and is not a folder.`);
  const inside = fs.readdirSync(target).filter((name) => name !== '.git');
  if (inside.length === 0 || force) return true;
  const some = inside.slice(0, 5).join(', ');
  throw new Problem(`${target} is not empty: it has ${some}${inside.length > 5 ? ' and more' : ''}. --force overwrites files.`);
}

/**
 * Returns the files that exist already.
 *
 * @throws Problem for a link, which could lead out of the folder, and for another wrong type of file.
 */
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
  /** The steps that restore the former state, in reverse order. */
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
    // All files are in place. A failure to remove the hidden folder must not undo that.
    undo.length = 0;
    tryTo(() => fs.rmSync(stage, { recursive: true, force: true }));
  } catch (error) {
    // The undoing stops at the first failure. Further steps would remove files that were there before.
    if (undo.reverse().every(tryTo)) throw error;
    throw new Problem(`${(error as Error).message}. Some steps could not be undone. Look for .sitemessage-* in ${around}.`);
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

/** Returns true when the step succeeds. Its error is dropped: an earlier one is reported, or none matters. */
function tryTo(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Does synchronous work to its end. A signal with a listener waits for the next turn of the event loop. */
export function deferSignals<Result>(work: () => Result): Result {
  const wait = (): void => undefined;
  for (const signal of signals) process.on(signal, wait);
  try {
    return work();
  } finally {
    for (const signal of signals) process.off(signal, wait);
  }
}
