import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createHttp } from '../src/index.ts';
import { rejection } from './rejection.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');

/** The rows under a heading, without their head. */
function rows(heading: string): readonly (readonly string[])[] {
  const [section = ''] = (readme.split(`\n## ${heading}\n`)[1] ?? '').split('\n## ');
  return [...section.matchAll(/^\| `.*$/gm)].map(([row]) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
const names = (cell = ''): readonly string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);

describe('the README', () => {
  it('lists every option, and no other, with a default and a meaning', () => {
    const [, body = ''] = /export interface HttpOptions \{\n([\s\S]*?)\n\}/.exec(read('../src/options.ts')) ?? [];
    const options = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name);
    expect(
      rows('Options')
        .flatMap(([name]) => names(name))
        .toSorted(),
    ).toEqual(options.toSorted());
    for (const row of rows('Options')) expect(row.filter((cell) => cell !== '')).toHaveLength(3);
  });

  it('lists every code that the source has', () => {
    const folder = new URL('../src/', import.meta.url);
    const files = readdirSync(folder, { recursive: true }) as string[];
    const source = files.filter((file) => file.endsWith('.ts')).map((file) => read(`../src/${file}`));
    const codes = [...source.join('').matchAll(/'(http_[a-z]\w+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(5);
    const listed = rows('Errors').flatMap(([code]) => names(code));
    expect(listed).toEqual(expect.arrayContaining([...codes, 'proxy_refused', 'proxy_unreachable']));
  });

  it.each(rows('Errors').flatMap(([codes, kind]) => names(codes).map((code) => ({ code, kind: kind?.split(',')[0] }))))(
    'says of what kind $code is',
    async ({ code, kind }) => {
      const status = Number(code.replace('http_', ''));
      if (Number.isNaN(status)) return expect(['transient', 'configuration', 'unknown']).toContain(kind);
      const http = createHttp({ baseUrl: 'https://api.example.com', fetch: async () => new Response('', { status }) });
      expect(await rejection(http.get(''))).toMatchObject({ code, kind });
    },
  );
});
