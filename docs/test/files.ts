import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** As git and TypeScript write paths, on Windows too. */
const slashed = (path: string): string => path.replaceAll('\\', '/');

export const root = slashed(join(import.meta.dirname, '..', '..'));

export const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Files and folders that a pattern matches, from the root. */
export const found = (pattern: string): readonly string[] => globSync(pattern, { cwd: root }).map(slashed);

/** Of what is in the repository, or is about to be: what git ignores is generated, or installed. */
const files: readonly string[] = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '');

export const markdownFiles: readonly string[] = [...new Set(files)].filter(
  (file) => file.endsWith('.md') && !file.startsWith('.changeset/'),
);

/** The pages that are written here. */
export const pages = markdownFiles.filter((file) => file.startsWith('docs/'));

export const packageReadmes = markdownFiles.filter((file) => /^packages\/[^/]+\/README\.md$/.test(file));
