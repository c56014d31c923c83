import { documentsOf } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { errorFor } from '../src/errors.ts';
import { cases } from './error-table.ts';

const { source, rows, properties } = documentsOf(import.meta.url);

const documented = rows('Errors').flatMap(([codes = '', kind = '', meaning = '']) =>
  codes.split(', ').map((code) => ({ code, kind, meaning })),
);
const numbered = documented.filter(({ code }) => /^vk_\d+$/.test(code));
/** Codes whose kind depends on the words or the method. */
const ambiguous = ['vk_7', 'vk_15', 'vk_214'];

describe('the README', () => {
  it('lists every option, with its default and its meaning', () => {
    const options = properties('VkOptions');
    expect(options.length).toBe(5);
    expect(rows('Options').map(([name]) => name)).toEqual(options);
    for (const row of rows('Options')) expect(row.filter((cell) => cell !== '')).toHaveLength(3);
  });

  it('lists every known number once, and no other', () => {
    const known = new Set(cases.map(({ code }) => code).filter((code) => code !== 33 && code !== 99_999));
    const listed = numbered.map(({ code }) => Number(code.slice(3)));
    expect(listed.toSorted((a, b) => a - b)).toEqual([...known].toSorted((a, b) => a - b));
  });

  it.each(numbered)('gives the kind, the scope and the wait of $code', ({ code, kind, meaning }) => {
    const number = Number(code.slice(3));
    const error = errorFor({ code: number, message: '' }, 'messages.send') as unknown as Readonly<Record<string, unknown>>;
    if (!ambiguous.includes(code)) expect(kind.split(',')[0]).toBe(error.kind);
    if (error.kind === 'transient') {
      const scope = / the (messenger|address)$/.exec(kind)?.[1] ?? 'dispatch';
      expect(error.scope).toBe(scope);
      const [, count, unit = ''] = /after (\d+) (s|minutes|hours)\b/.exec(meaning) ?? [];
      const units: Readonly<Record<string, number>> = { s: 1_000, minutes: 60_000, hours: 3_600_000 };
      expect(error.retryAfterMs).toBe(count === undefined ? undefined : Number(count) * (units[unit] ?? 0));
    }
    expect(meaning.includes('recipientGone')).toBe(error.recipientGone === true);
  });

  it('lists every other code of the source, and no other', () => {
    const codes = new Set([...source.matchAll(/code: '(vk_\w+)'/g)].map(([, code]) => code));
    expect(codes.size).toBe(6);
    expect(codes).toEqual(new Set(documented.filter((row) => !numbered.includes(row)).map(({ code }) => code)));
  });
});
