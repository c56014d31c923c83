import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const examplesOf = (file: string) =>
  [...read(file).matchAll(/<!-- (.+\.ts) -->\n```ts\n([\s\S]*?)```/g)].map(([, shown = '', code = '']) => ({ file, shown, code }));

describe('the READMEs', () => {
  const examples = [
    ...examplesOf('README.md'),
    ...examplesOf('packages/sitemessage-core/README.md'),
    ...examplesOf('packages/web/README.md'),
  ];

  it('show examples', () => expect(examples).toHaveLength(5));

  it.each(examples)('show $shown unchanged', ({ shown, code }) => {
    expect(code).toBe(read(shown));
  });

  it('list every package', () => {
    for (const folder of readdirSync(join(root, 'packages'))) expect(read('README.md')).toContain(`(packages/${folder})`);
  });
});
