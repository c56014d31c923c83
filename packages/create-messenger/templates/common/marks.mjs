// `npm run check` runs this. It fails while a place is marked that has to be changed for the provider.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const mark = 'CHANGE:';
const folders = ['src', 'sandbox', 'test'];
const files = folders.flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))));

const left = ['README.md', ...files.filter((file) => file.endsWith('.ts'))].flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => (line.includes(mark) ? [`${file}:${index + 1}`] : [])),
);
if (left.length > 0) {
  process.stderr.write(`Marked with ${mark} and not changed yet:\n${left.map((place) => `  ${place}\n`).join('')}`);
  process.exitCode = 1;
}
