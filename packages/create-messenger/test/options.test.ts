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

  it('can be empty', () => expect(readCommandLine([])).toMatchObject({ given: {}, yes: false, force: false }));

  it.each([
    [['--knd', 'http'], '--knd'],
    [['--kind'], '--kind'],
    [['--yes=1'], '--yes'],
    [['--colour'], /'-- "--colour"'?\. See --help\.$/],
    [['one', 'two'], '"two"'],
    [[''], 'folder'],
    [['a\nb'], 'folder'],
    [['--kind', 'smoke'], '--kind must be one of http, connection, minimal'],
    [['--alias', 'Pigeon'], '--alias'],
    [['--title', 'two\nlines'], '--title'],
    [['--package', 'Pigeon Post'], '--package'],
    [['--author', ''], '--author'],
    [['--license', 'all mine'], '--license'],
  ])('is refused with an error that names the mistake: %j', (args, words) => {
    expect(() => readCommandLine(args)).toThrow(Problem);
    expect(() => readCommandLine(args)).toThrow(words);
  });
});

describe('flags that npm takes for itself', () => {
  const npm = { npm_config_user_agent: 'npm/11.0.0 node/v24.0.0 linux x64', npm_command: 'init', npm_config_yes: '' };

  it.each([
    [['pigeon'], { npm_config_kind: 'connection' }, 'npm took --kind for itself'],
    [['pigeon', 'connection'], { npm_config_kind: 'true' }, 'npm took --kind for itself'],
    [['pigeon'], { npm_config_title: 'T', npm_config_package: 'p', npm_config_force: 'true' }, '--title, --package, --force'],
    [['pigeon'], { npm_command: 'exec', npm_config_license: 'ISC' }, 'npm took --license for itself'],
  ])('are an error: %j with %j', (args, env, words) => {
    expect(() => readCommandLine(args, { ...npm, ...env })).toThrow(Problem);
    expect(() => readCommandLine(args, { ...npm, ...env })).toThrow(words);
    expect(() => readCommandLine(args, { ...npm, ...env })).toThrow('npm create sitemessage-messenger my-protocol -- --kind minimal');
  });

  it.each([
    ['they are given as well', ['pigeon', '--kind', 'minimal'], { npm_config_kind: 'connection' }],
    ['npm was told to ask nothing', ['pigeon'], { npm_config_yes: 'true' }],
    ['they are false', ['pigeon'], { npm_config_force: '' }],
    ['npm was told the package of the command', ['pigeon'], { npm_command: 'exec', npm_config_package: 'create-sitemessage-messenger' }],
    ['npm runs a script', ['pigeon'], { npm_command: 'run-script', npm_config_kind: 'connection' }],
    ['another package manager runs the command', ['pigeon'], { npm_config_user_agent: 'pnpm/12.0.0 npm/?', npm_config_kind: 'connection' }],
  ])('are no error when %s', (_, args, env) => expect(readCommandLine(args, { ...npm, ...env }).given.folder).toBe('pigeon'));

  it.each([
    ['npm/11.0.0', 'npm create sitemessage-messenger my-protocol -- --kind minimal'],
    ['pnpm/12.0.0 npm/?', 'pnpm create sitemessage-messenger my-protocol --kind minimal'],
  ])('can be the cause of a second folder: %s', (agent, words) =>
    expect(() => readCommandLine(['pigeon', '--', '--kind'], { npm_config_user_agent: agent })).toThrow(words),
  );
});

describe('a missing setting', () => {
  it('is made from the folder', () => {
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
    [
      { folder: 'packages/@acme/pigeon' },
      { alias: 'pigeon', package: '@acme/sitemessage-messenger-pigeon', author: 'the @acme/sitemessage-messenger-pigeon authors' },
    ],
    [{ folder: '@Acme Inc/pigeon' }, { package: 'sitemessage-messenger-pigeon' }],
  ])('has its default: %j', (given, settings) => expect(settle(given)).toMatchObject(settings));

  it.each<[Given, string]>([
    [{}, 'Name a folder'],
    [{ folder: 'My Project' }, '"My Project", is not an alias'],
    [{ folder: 'telegram' }, 'is taken'],
    [{ folder: '/' }, '--alias'],
  ])('is an error when it is the alias, and the folder is not an alias: %j', (given, words) => {
    expect(() => settle(given)).toThrow(Problem);
    expect(() => settle(given)).toThrow(words);
  });
});
