import { documentsOf } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { errorFor } from '../src/errors.ts';
import { fb } from '../src/index.ts';
import { cases } from './error-table.ts';

const { readme, source, rows, properties } = documentsOf(import.meta.url);

const documented = rows('Errors').flatMap(([codes = '', kind = '', meaning = '']) =>
  [...codes.matchAll(/fb_\w+/g)].map(([code]) => ({ code, kind, meaning })),
);
const numbered = documented.filter(({ code }) => /^fb_\d+$/.test(code));
const numberOf = ({ code }: { readonly code: string }): number => Number(code.slice(3));

describe('the README', () => {
  it('lists every option, in order, with its default and its meaning', () => {
    const options = properties('FbOptions');
    expect(options).toHaveLength(6);
    expect(rows('Options').map(([name]) => name)).toEqual(options);
    for (const row of rows('Options')) expect(row.filter((cell) => cell !== '')).toHaveLength(3);
    for (const [name, value] of rows('Options').filter(([name = '']) => ['version', 'apiRoot', 'appSecret', 'proxy'].includes(name))) {
      const [comment = ''] = new RegExp(`/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\s+readonly ${name}\\?:`).exec(source) ?? [];
      expect(comment.replaceAll(/`|\n\s+\*/g, ''), name).toContain(`Default${value === 'none' ? ':' : ''} ${value}`);
    }
  });

  it('lists every known number once, and no other', () => {
    const unknown = [0, 199, 300, 9_999, -1, -3];
    const known = new Set(cases.map(({ error }) => error.code).filter((code) => !unknown.includes(code)));
    // For 200 to 299, the README names the first and the last number.
    const named = [...known].filter((code) => !(code > 200 && code < 299) || code === 283);
    expect(numbered.map(numberOf).toSorted((a, b) => a - b)).toEqual(named.toSorted((a, b) => a - b));
  });

  it.each(numbered)('gives the kind, the scope and the wait of $code', ({ code, kind, meaning }) => {
    const refusal = { status: 400, code: numberOf({ code }), words: '', isTransient: false, waitMs: 300_000 };
    const error = errorFor(refusal, false) as unknown as Readonly<Record<string, unknown>>;
    expect(kind).toBe(error.kind === 'transient' ? 'transient, the messenger' : error.kind);
    if (error.kind === 'transient') expect(error).toMatchObject({ scope: 'messenger', retryAfterMs: 300_000 });
    expect(meaning.includes('5 minutes')).toBe(error.kind === 'transient');
    expect(meaning).not.toBe('');
  });

  it('lists every other code of the source once, with its kind, and no other', () => {
    const named = documented.filter((row) => !numbered.includes(row));
    const codes = new Set([...source.matchAll(/code: '(fb_\w+)'/g)].map(([, code]) => code));
    expect(codes.size).toBe(8);
    expect(named.map(({ code }) => code).toSorted()).toEqual([...codes].toSorted());
    const kinds = {
      permanent: 'Permanent',
      configuration: 'Configuration',
      unknown: 'UnknownOutcome',
      address: 'Address',
      transient: 'Transient',
    };
    for (const { code, kind } of named) {
      const [word = ''] = kind.split(',');
      expect(source, code).toMatch(new RegExp(`${Reflect.get(kinds, word)}Error\\([^;]*?code: '${code}'`));
    }
  });

  it('gives the longest text', async () => {
    expect(readme).toContain('63,206 characters');
    expect(fb({ pageId: 7, pageAccessToken: 'EAAtoken' }).concurrency).toBe(1);
  });
});
