import { readFileSync } from 'node:fs';
import { redactor } from '@sitemessage/core';
import { documentsOf } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { brokenError, codes, lostError } from '../src/errors.ts';
import { openingError } from '../src/opening-error.ts';
import { refusalError } from '../src/refusals.ts';

const { source, rows, properties } = documentsOf(import.meta.url);
const types = readFileSync(new URL('../src/types.ts', import.meta.url), 'utf8');
const first = (heading: string): readonly string[] => rows(heading).map(([name = '']) => name);

describe('the README', () => {
  it.each([
    ['XmppOptions', 'Options'],
    ['XmppContent', 'What a message can say'],
  ])('lists every property of %s under "%s", and no other', (name, heading) => {
    expect(properties(name).length).toBeGreaterThan(1);
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
    expect(new Set([...source.matchAll(/'(xmpp_\w+)'/g)].map(([, code]) => code))).toEqual(new Set(first('Errors')));
  });

  it('gives the kind of each error', () => {
    const kinds = new Map(rows('Errors').map(([code = '', kind = '']) => [code, kind.split(',')[0]]));
    const about = { text: undefined, movedTo: undefined, isOwnServer: false, isToRoom: false, isJoin: false };
    const conditions = ['gone', 'service-unavailable', 'remote-server-not-found', 'forbidden', 'internal-server-error', 'policy-violation'];
    const refusals = ['auth', 'cancel', 'modify', 'wait', 'other'].flatMap((type) =>
      conditions.map((condition) => ({ ...about, type, condition })),
    );
    const thrown = [
      { name: 'SASLError', condition: 'not-authorized' },
      { name: 'SASLError', condition: 'temporary-auth-failure' },
      { name: 'StreamError', condition: 'conflict' },
      { name: 'StreamError', condition: 'host-unknown' },
      { name: 'StreamError', condition: 'reset' },
      { name: 'StreamError', condition: 'policy-violation' },
      { code: 'ENOTLS' },
      { code: 'ECLEAR' },
      { code: 'ENOLOGIN' },
      { code: 'ELATE' },
      { code: 'EPROXY' },
      { code: 'EABORT' },
      { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      { code: 'ECONNRESET' },
    ].map((fields) => Object.assign(new Error('No'), fields));
    const errors = [
      ...refusals.map((one) => refusalError(one, redactor([]))),
      ...thrown.map((one) => openingError(one, 'TCP', redactor([]))),
      ...thrown.map((one) => lostError(one, redactor([]))),
      ...[true, false].flatMap((isAlone) => thrown.map((one) => brokenError(one, isAlone, redactor([])))),
    ];
    for (const { code, kind } of errors) expect([code, kinds.get(code)]).toEqual([code, kind]);
  });
});

describe('the doc comments of the options', () => {
  /** [the comment before a property, its name, true when it is optional] */
  const documented = [...types.matchAll(/(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?readonly (\w+)(\?)?: /g)].map(
    ([, comment = '', name = '', optional]) => ({ comment, name, isOptional: optional !== undefined }),
  );

  it('exist for every option', () => {
    expect(documented.map(({ name }) => name)).toEqual(
      expect.arrayContaining([...properties('XmppOptions'), ...properties('XmppContent')]),
    );
  });

  it.each(documented)('say what $name is, and its default', ({ comment, isOptional }) => {
    expect(comment).not.toBe('');
    if (isOptional) expect(comment).toMatch(/default/i);
  });
});
