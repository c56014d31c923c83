import { describe, expect, it } from 'vitest';
import { type Given, readCommandLine, settle } from '../src/options.ts';
import { Problem } from '../src/problem.ts';

describe('the command line', () => {
  it('has a flag for every question, and a folder', () => {
    const answers = { alias: 'pigeon-post', title: 'Pigeons', kind: 'minimal', package: '@ann/pigeons', author: 'Ann', license: 'ISC' };
    const flags = Object.entries(answers).flatMap(([name, value]) => [`--${name}`, value]);
    const { given, ...switches } = readCommandLine(['pigeons', ...flags, '--yes', '--force']);
    expect(given).toEqual({ ...answers, folder: 'pigeons' });
    expect(switches).toEqual({ yes: true, force: true, help: false, version: false });
  });

  it('may be empty', () => expect(readCommandLine([])).toMatchObject({ given: {}, yes: false, force: false }));

  it.each([
    [['--knd', 'http'], '--knd'],
    [['--kind'], '--kind'],
    [['--yes=1'], '--yes'],
    [['one', 'two'], '"two"'],
    [[''], 'folder'],
    [['a\nb'], 'folder'],
    [['--kind', 'smoke'], '--kind must be one of http, connection, minimal'],
    [['--alias', 'Pigeon'], '--alias'],
    [['--title', 'two\nlines'], '--title'],
    [['--package', 'Pigeon Post'], '--package'],
    [['--author', ''], '--author'],
    [['--license', 'all mine'], '--license'],
  ])('is refused with what is wrong in it: %j', (args, words) => {
    expect(() => readCommandLine(args)).toThrow(Problem);
    expect(() => readCommandLine(args)).toThrow(words);
  });
});

describe('what is not given', () => {
  it('follows from the folder', () => {
    expect(settle({ folder: 'somewhere/pigeon-post' })).toEqual({
      folder: 'somewhere/pigeon-post',
      alias: 'pigeon-post',
      title: 'Pigeon Post',
      kind: 'http',
      package: 'sitemessage-messenger-pigeon-post',
      author: 'the sitemessage-messenger-pigeon-post authors',
      license: 'MIT',
    });
  });

  it.each<[Given, object]>([
    [{ alias: 'pigeon' }, { folder: 'pigeon', title: 'Pigeon' }],
    [{ folder: 'sitemessage-messenger-pigeon' }, { alias: 'pigeon' }],
    [
      { folder: 'My Project', alias: 'pigeon' },
      { folder: 'My Project', alias: 'pigeon' },
    ],
    [{ folder: 'pigeon', package: '@ann/pigeons' }, { author: 'the @ann/pigeons authors' }],
    [{ folder: 'pigeon', license: 'apache-2.0' }, { license: 'Apache-2.0' }],
  ])('has its default: %j', (given, settings) => expect(settle(given)).toMatchObject(settings));

  it.each<[Given, string]>([
    [{}, 'Name a folder'],
    [{ folder: 'My Project' }, '"My Project", is no alias'],
    [{ folder: 'telegram' }, 'is taken'],
    [{ folder: '/' }, '--alias'],
  ])('is missed when nothing says what the alias is: %j', (given, words) => {
    expect(() => settle(given)).toThrow(Problem);
    expect(() => settle(given)).toThrow(words);
  });
});
