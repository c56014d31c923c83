import { describe, expect, it } from 'vitest';
import { checkAlias, checkAuthor, checkLicense, checkPackageName, checkTitle } from '../src/checks.ts';
import { namesOf } from '../src/names.ts';

describe('an alias', () => {
  it.each(['pigeon', 'pigeon-post', 'signal', 'x25', 'matrix-2'])('may be %s', (alias) => expect(checkAlias(alias)).toBeUndefined());

  it.each(['smtp', 'xmpp', 'twitter', 'telegram', 'fb', 'vk'])('is taken by sitemessage itself: %s', (alias) =>
    expect(checkAlias(alias)).toContain('is taken'),
  );

  it.each(['', '*', 'Pigeon', 'pigeon_post', '-pigeon', 'pigeon-', 'a--b', '7up', 'a b', '../a', "a'b", 'a\n', 'ä', 'x'.repeat(51)])(
    'is no name: %j',
    (alias) => expect(checkAlias(alias)).toBeDefined(),
  );

  it.each(['class', 'default', 'new', 'eval', 'await', 'then', 'nul', 'con', 'com1', 'inbox', 'close', 'text'])(
    'would break as the name of an export, a file or a part of something else: %s',
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

describe('a text for people', () => {
  it.each(['Pigeon Post', `Ann's "post" \\ <b> \${x} \`y\` 世界 👩‍👩‍👧`])('may be %s', (text) => {
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
  it.each(['pigeon', '@ann/pigeon.post', 'sitemessage-messenger-pigeon'])('may be %s', (name) =>
    expect(checkPackageName(name)).toBeUndefined(),
  );

  it.each(['', 'Pigeon', 'a b', '.a', '_a', 'node_modules', 'http', '@ann', '@ann/', "it's", 'x'.repeat(215)])(
    'is none for npm: %j',
    (name) => expect(checkPackageName(name)).toContain('is no name for npm'),
  );
});

describe('the name of a package that what is made depends on', () => {
  it.each(['@sitemessage/core', '@sitemessage/http', '@sitemessage/sandbox', 'vitest', 'typescript', 'tsup', '@changesets/cli'])(
    'is taken: %s',
    (name) => expect(checkPackageName(name)).toContain('is taken'),
  );
});

describe('a licence', () => {
  it.each(['MIT', 'mit', 'Apache-2.0', 'UNLICENSED', 'GPL-3.0-or-later', '0BSD'])('may be %s', (id) =>
    expect(checkLicense(id)).toBeUndefined(),
  );
  it.each(['', 'all mine', 'MIT\n', 'MIT OR ISC', '"', '../MIT', 'MTI', 'Apache', 'proprietary'])('is no id: %j', (id) =>
    expect(checkLicense(id)).toBeDefined(),
  );

  it('that SPDX has withdrawn is answered with those in its place', () =>
    expect(checkLicense('GPL-3.0')).toBe(
      'must be the id of a licence at https://spdx.org/licenses, such as GPL-3.0-only or GPL-3.0-or-later',
    ));
});
