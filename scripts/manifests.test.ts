import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const packages = join(import.meta.dirname, '../packages');
const page = 'https://github.com/sitemessage/sitemessage';

describe.each(readdirSync(packages))('the manifest of packages/%s', (folder) => {
  const manifest = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'));

  it('names the repository, which npm uses for links in the README', () => {
    // npm also refuses a package whose provenance names another repository.
    expect(manifest.repository).toEqual({ type: 'git', url: `git+${page}.git`, directory: `packages/${folder}` });
    expect(manifest.homepage).toBe(`${page}/tree/main/packages/${folder}#readme`);
    expect(manifest.bugs).toEqual({ url: `${page}/issues` });
  });

  it('has a description, a licence and keywords', () => {
    expect(manifest.description).toMatch(/\w/);
    expect(manifest.license).toBe('MIT');
    expect(manifest.type).toBe('module');
    expect(manifest.keywords).toContain('sitemessage');
    expect(new Set(manifest.keywords).size).toBe(manifest.keywords.length);
    expect(manifest.keywords.length).toBeGreaterThan(3);
  });

  it('publishes the built files publicly', () => {
    expect(manifest.private).toBeUndefined();
    expect(manifest.publishConfig).toMatchObject({ access: 'public' });
    expect(manifest.files).toContain('dist');
    expect(manifest.engines).toEqual({ node: '>=22.13' });
  });
});
