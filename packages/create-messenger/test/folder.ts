import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes an empty folder. It is removed at the end of the test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'create-messenger-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/**
 * Returns everything in a folder by path, with `/` between folders: the content of files, and null for
 * folders.
 */
export function contentsOf(folder: string): Readonly<Record<string, string | null>> {
  const paths = (readdirSync(folder, { recursive: true }) as string[]).map((path) => path.replaceAll(sep, '/')).sort();
  return Object.fromEntries(
    paths.map((path) => [path, lstatSync(join(folder, path)).isFile() ? readFileSync(join(folder, path), 'utf8') : null]),
  );
}
