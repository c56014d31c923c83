// Fails while a place is marked with CHANGE:. Lists these places. `npm run check` runs this file.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const mark = 'CHANGE:';
const folders = ['src', 'sandbox', 'test'];
const files = folders.flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))));

const places = ['README.md', ...files.filter((file) => file.endsWith('.ts'))].flatMap((file) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => (line.includes(mark) ? [`${file}:${index + 1}`] : [])),
);
if (places.length > 0) {
  process.stderr.write(`These places are still marked with ${mark}\n${places.map((place) => `  ${place}\n`).join('')}`);
  process.exitCode = 1;
}
