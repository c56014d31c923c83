import { readFileSync } from 'node:fs';
import { redactor } from '@sitemessage/core';
import { documentsOf } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { codes, smtpError } from '../src/errors.ts';

const { source, rows, properties } = documentsOf(import.meta.url);
const types = readFileSync(new URL('../src/types.ts', import.meta.url), 'utf8');
const first = (heading: string): readonly string[] => rows(heading).map(([name = '']) => name);

describe('the README', () => {
  it.each([
    ['SmtpOptions', 'Options'],
    ['SmtpContent', 'What a message can say'],
  ])('lists every property of %s under "%s", and no other', (name, heading) => {
    expect(properties(name).length).toBeGreaterThan(4);
    expect(first(heading).toSorted()).toEqual(properties(name).toSorted());
  });

  it('has a default and a meaning for every option', () => {
    for (const row of [...rows('Options'), ...rows('What a message can say')]) {
      expect(row).toHaveLength(3);
      for (const cell of row) expect(cell).not.toBe('');
    }
  });

  it('lists every error code once, and no other', () => {
    expect(first('Errors').toSorted()).toEqual([...codes].toSorted());
  });

  it('lists every code in the source', () => {
    expect(new Set([...source.matchAll(/code: '(smtp_\w+)'/g)].map(([, code]) => code))).toEqual(new Set(first('Errors')));
  });

  it('gives the kind of each error', () => {
    const kinds = new Map(rows('Errors').map(([code = '', kind = '']) => [code, kind.split(',')[0]]));
    const replies: readonly (readonly [string, string])[] = [
      ['MAIL FROM', '550 5.7.1'],
      ['MAIL FROM', '451 4.3.1'],
      ['MAIL FROM', '530 5.7.0'],
      ['MAIL FROM', '421 4.7.0'],
      ['RCPT TO', '550 5.1.1'],
      ['RCPT TO', '550 5.7.1'],
      ['RCPT TO', '451 4.7.1'],
      ['RCPT TO', '450 4.2.1'],
      ['RCPT TO', '452 4.2.2'],
      ['RCPT TO', '451 4.3.0'],
      ['DATA', '554 5.6.0'],
      ['DATA', '552 5.3.4'],
      ['CONN', '554 5.7.1'],
    ];
    for (const [command, reply] of replies) {
      const response = `${reply} No`;
      const thrown = Object.assign(new Error(response), { command, response, responseCode: Number(reply.slice(0, 3)) });
      const { code, kind } = smtpError(thrown, { isComplete: false }, redactor([]));
      expect([code, kinds.get(code)]).toEqual([code, kind]);
    }
  });
});

describe('the doc comments of the options', () => {
  /** [the comment before a property, its name, true when it is optional] */
  const documented = [...types.matchAll(/(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?readonly (\w+)(\?)?: (?!never)/g)].map(
    ([, comment = '', name = '', optional]) => ({ comment, name, isOptional: optional !== undefined }),
  );

  it('exist for every option', () => {
    expect(documented.map(({ name }) => name)).toEqual(
      expect.arrayContaining([...properties('SmtpOptions'), ...properties('SmtpDkim'), ...properties('SmtpContent'), 'accessUrl']),
    );
  });

  it.each(documented)('say what $name is, and its default', ({ comment, isOptional }) => {
    expect(comment).not.toBe('');
    if (isOptional) expect(comment).toMatch(/default/i);
  });
});
