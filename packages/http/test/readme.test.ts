import { documentsOf, rejection } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { createHttp } from '../src/index.ts';

const { source, rows, properties } = documentsOf(import.meta.url);
const codesIn = (cell = ''): readonly string[] => [...cell.matchAll(/\b(?:http|proxy)_\w+/g)].map(([code]) => code);

describe('the README', () => {
  it('lists the options, each with a default and a meaning', () => {
    expect(
      rows('Options')
        .map(([name]) => name)
        .toSorted(),
    ).toEqual(properties('HttpOptions').toSorted());
    for (const row of rows('Options')) expect(row.filter((cell) => cell !== '')).toHaveLength(3);
  });

  it('lists every code of the source', () => {
    const codes = [...source.matchAll(/'(http_[a-z]\w+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(5);
    const listed = rows('Errors').flatMap(([code]) => codesIn(code));
    expect(listed).toEqual(expect.arrayContaining([...codes, 'proxy_refused', 'proxy_unreachable', 'proxy_busy']));
  });

  it.each(rows('Errors').flatMap(([codes, kind]) => codesIn(codes).map((code) => ({ code, kind: kind?.split(',')[0] }))))(
    'names the kind of $code',
    async ({ code, kind }) => {
      const status = Number(code.replace('http_', ''));
      if (Number.isNaN(status)) return expect(['transient', 'configuration', 'unknown']).toContain(kind);
      const http = createHttp({ baseUrl: 'https://api.example.com', fetch: async () => new Response('', { status }) });
      expect(await rejection(http.get(''))).toMatchObject({ code, kind });
    },
  );
});
