import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/<!-- (.+\.ts) -->\n```ts\n([\s\S]*?)```/g)].map(([, file = '', code = '']) => ({ file, code }));

describe('the README', () => {
  it('shows examples', () => expect(examples).toHaveLength(3));

  it.each(examples)('shows $file as it is', ({ file, code }) => {
    expect(code).toBe(readFileSync(join(root, file), 'utf8'));
  });

  it('lists every package', () => {
    for (const folder of readdirSync(join(root, 'packages'))) expect(readme).toContain(`(packages/${folder})`);
  });
});
