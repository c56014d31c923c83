import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

export const read = (file: string): string => readFileSync(join(root, file), 'utf8');

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
