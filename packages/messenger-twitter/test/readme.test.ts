import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cases } from './error-table.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');
const types = read('../src/types.ts');
const folder = new URL('../src/', import.meta.url);
const source = readdirSync(folder)
  .map((file) => readFileSync(new URL(file, folder), 'utf8'))
  .join('\n');

/** Returns the rows of the table under a heading, without its head. */
function rows(heading: string): readonly (readonly string[])[] {
  const [section = ''] = (readme.split(`\n## ${heading}\n`)[1] ?? '').split('\n## ');
  return [...section.matchAll(/^\| `.*$/gm)].map(([row]) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** Returns the options of an interface, in order. */
function optionsOf(name: string): readonly string[] {
  const [, body = ''] = new RegExp(`interface ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(types) ?? [];
  return [...body.matchAll(/^ {2}readonly (\w+)\??: (?!never)/gm)].map(([, option = '']) => option);
}

const documented = rows('Errors').map(([code = '', kind = '', meaning = '']) => ({ code, kind, meaning }));

describe('the README', () => {
  it('lists every option, in order, with its default and its meaning', () => {
    const options = [
      ...optionsOf('TwitterOAuth1Options').filter((name) => name !== 'oauth2'),
      ...optionsOf('TwitterOAuth2').map((name) => `oauth2.${name}`),
      ...optionsOf('TwitterCommonOptions'),
    ];
    expect(options).toHaveLength(12);
    expect(rows('Options').flatMap(([names = '']) => names.split(', '))).toEqual(options);
    for (const row of rows('Options')) expect(row.filter((cell) => cell !== '')).toHaveLength(3);
    for (const [name = '', value] of rows('Options').filter(([, value]) => value !== 'required')) {
      const option = name.replace('oauth2.', '');
      const [comment = ''] = new RegExp(`/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/\\s+readonly ${option}\\?:`).exec(types) ?? [];
      expect(comment.replaceAll(/`|\n\s+\*/g, ''), name).toMatch(value === 'none' ? /Default: none/ : new RegExp(`Default ${value}\\.`));
    }
  });

  it('lists every code of the source once, and no other', () => {
    const codes = new Set([...source.matchAll(/code: '(twitter_\w+)'/g)].map(([, code]) => code));
    expect(codes.size).toBeGreaterThan(30);
    expect(documented.map(({ code }) => code).toSorted()).toEqual([...codes].toSorted());
    for (const { meaning } of documented) expect(meaning).not.toBe('');
  });

  it.each(documented)('gives the kind and the scope of $code', ({ code, kind, meaning }) => {
    const [one] = cases.filter((row) => row.code === code);
    if (one) {
      expect(kind).toBe(one.scope === 'messenger' ? 'transient, the messenger' : one.kind);
      if (one.kind === 'configuration') expect(meaning.includes('after an hour')).toBe(one.retryAfterMs !== undefined);
      return;
    }
    const kinds = {
      permanent: 'Permanent',
      configuration: 'Configuration',
      unknown: 'UnknownOutcome',
      address: 'Address',
      transient: 'Transient',
    };
    expect(source).toMatch(new RegExp(`${Reflect.get(kinds, kind)}Error\\([^;]*?code: '${code}'`));
  });

  it('names the numbers of X in the row of their code', () => {
    for (const { error, code } of cases) {
      const { meaning = '' } = documented.find((row) => row.code === code) ?? {};
      for (const { code: number } of error.errors ?? []) {
        if (number !== undefined && code !== 'twitter_refused')
          expect(meaning.match(/\d+/g), `${number} is ${code}`).toContain(String(number));
      }
    }
  });

  it('has an example of a post and an example of a mention', () => {
    expect(readme).toContain("site.recipients('twitter', '')");
    expect(readme).toContain("site.recipients('twitter', 'idlesign')");
  });
});
