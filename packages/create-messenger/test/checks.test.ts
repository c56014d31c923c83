import { describe, expect, it } from 'vitest';
import { checkAlias, checkAuthor, checkLicense, checkPackageName, checkTitle } from '../src/checks.ts';
import { namesOf } from '../src/names.ts';

describe('an alias', () => {
  it.each(['pigeon', 'pigeon-post', 'signal', 'x25', 'matrix-2'])('can be %s', (alias) => expect(checkAlias(alias)).toBeUndefined());

  it.each(['smtp', 'xmpp', 'twitter', 'telegram', 'fb', 'vk'])('is refused when sitemessage has it: %s', (alias) =>
    expect(checkAlias(alias)).toContain('is taken'),
  );

  it.each(['', '*', 'Pigeon', 'pigeon_post', '-pigeon', 'pigeon-', 'a--b', '7up', 'a b', '../a', "a'b", 'a\n', 'ä', 'x'.repeat(51)])(
    'is refused when it has a wrong form: %j',
    (alias) => expect(checkAlias(alias)).toBeDefined(),
  );

  it.each(['class', 'default', 'new', 'eval', 'await', 'then', 'nul', 'con', 'com1', 'inbox', 'close', 'text'])(
    'is refused when it would break as an export, a file or a part of a message: %s',
    (alias) => expect(checkAlias(alias)).toBeDefined(),
  );

  it('makes the other names', () => {
    expect(namesOf('pigeon-post-2')).toEqual({
      camel: 'pigeonPost2',
      pascal: 'PigeonPost2',
      snake: 'pigeon_post_2',
      upper: 'PIGEON_POST_2',
      title: 'Pigeon Post 2',
    });
  });
});

describe('a title or an author', () => {
  it.each(['Pigeon Post', `Ann's "post" \\ <b> \${x} \`y\` 世界 👩‍👩‍👧`])('can be %s', (text) => {
    expect(checkTitle(text)).toBeUndefined();
    expect(checkAuthor(text)).toBeUndefined();
  });

  it.each(['', '  ', 'a\nb', 'a\rb', 'a\u0000b', 'a\u001b[2Jb', 'a\u2028b', 'a\u202eb', '\ud800', 'x'.repeat(101)])(
    'is refused: %j',
    (text) => {
      expect(checkTitle(text)).toBeDefined();
      expect(checkAuthor(text)).toBeDefined();
    },
  );
});

describe('the name of a package', () => {
  it.each(['pigeon', '@ann/pigeon.post', 'sitemessage-messenger-pigeon'])('can be %s', (name) =>
    expect(checkPackageName(name)).toBeUndefined(),
  );

  it.each(['', 'Pigeon', 'a b', '.a', '_a', 'node_modules', 'http', '@ann', '@ann/', "it's", 'x'.repeat(215)])(
    'is refused when npm refuses it: %j',
    (name) => expect(checkPackageName(name)).toContain('is not a name for npm'),
  );
});

describe('the name of a dependency of the new package', () => {
  it.each(['@sitemessage/core', '@sitemessage/http', '@sitemessage/sandbox', 'vitest', 'typescript', 'tsup', '@changesets/cli'])(
    'is refused: %s',
    (name) => expect(checkPackageName(name)).toContain('is taken'),
  );
});

describe('a licence', () => {
  it.each(['MIT', 'mit', 'Apache-2.0', 'UNLICENSED', 'GPL-3.0-or-later', '0BSD'])('can be %s', (id) =>
    expect(checkLicense(id)).toBeUndefined(),
  );
  it.each(['', 'all mine', 'MIT\n', 'MIT OR ISC', '"', '../MIT', 'MTI', 'Apache', 'proprietary'])(
    'is refused when it is not an id: %j',
    (id) => expect(checkLicense(id)).toBeDefined(),
  );

  it('that SPDX has withdrawn is refused, with the ids that replace it', () =>
    expect(checkLicense('GPL-3.0')).toBe(
      'must be the id of a licence at https://spdx.org/licenses, such as GPL-3.0-only or GPL-3.0-or-later',
    ));
});
