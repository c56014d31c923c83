import { documentsOf } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';

const { source, rows, properties } = documentsOf(import.meta.url);
const first = (heading: string): readonly string[] => rows(heading).map(([name = '']) => name);

describe('the README', () => {
  it.each([
    ['TelegramOptions', 'Options'],
    ['TelegramContent', 'What a message can say'],
  ])('lists every property of %s under "%s", and no other', (name, heading) => {
    expect(properties(name).length).toBeGreaterThan(4);
    expect(first(heading).toSorted()).toEqual(properties(name).toSorted());
  });

  it('has a default and a meaning for every option, and a kind and a meaning for every code', () => {
    for (const row of ['Options', 'What a message can say', 'Errors'].flatMap(rows)) {
      expect(row).toHaveLength(3);
      for (const cell of row) expect(cell).not.toBe('');
    }
  });

  it('lists every error code of the source once, and no other', () => {
    const codes = new Set([...source.matchAll(/code: '(telegram_\w+)'/g)].map(([, code]) => code));
    expect(first('Errors').toSorted()).toEqual([...codes].toSorted());
  });

  it('gives the kind of each error', () => {
    const kinds = {
      permanent: 'PermanentError',
      configuration: 'ConfigurationError',
      unknown: 'UnknownOutcomeError',
      address: 'AddressError',
    };
    for (const [code = '', kind = ''] of rows('Errors')) {
      const [, thrown = 'PermanentError'] = new RegExp(`(\\w+Error)\\([^;]*?code: '${code}'`).exec(source) ?? [];
      expect(thrown, code).toBe(kind.startsWith('transient') ? 'TransientError' : Reflect.get(kinds, kind));
    }
  });

  it('has the defaults that the types have', () => {
    const defaults = new Map(
      ['Options', 'What a message can say'].flatMap(rows).map(([name = '', value = '']) => [name, value.replaceAll("'", '')]),
    );
    for (const name of ['apiRoot', 'onTooLong', 'silent', 'linkPreview', 'protect']) {
      const [comment = ''] = new RegExp(`/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\s+readonly ${name}\\?:`).exec(source) ?? [];
      expect(comment.replaceAll(/`|\n\s+\*/g, ''), name).toContain(`Default ${defaults.get(name)}`);
    }
  });
});
