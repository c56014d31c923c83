import { expect, it } from 'vitest';
import { readDomain } from '../src/domain.ts';

it.each([
  ['example.com', 'example.com'],
  ['EXAMPLE.com', 'example.com'],
  ['localhost', 'localhost'],
  ['ab--cd.example', 'ab--cd.example'],
  ['Bücher.example', 'xn--bcher-kva.example'],
  ['bu\u0308cher.example', 'xn--bcher-kva.example'],
  ['XN--bcher-kva.example', 'xn--bcher-kva.example'],
  ['例え。example', 'xn--r8jz45g.example'],
  ['ｅｘａｍｐｌｅ．ｃｏｍ', 'example.com'],
  ['col·lecció.example', 'xn--collecci-ioa91d.example'],
  ['نامه\u200cای.example', 'xn--mgba3gch31f060k.example'],
  ['127.0.0.1', '127.0.0.1'],
])('%s is looked up as %s', (text, domain) => expect(readDomain(text)).toBe(domain));

it.each([
  ...['/', '?', '#', '\\', ':', '%2f', '／', '＃', '\u2044'].map((end) => `evil.example${end}.corp.example`),
  ...['%2e', '%', '@', '_', ' ', '\t', '\n', '\0', '<', '[', '℀', '⒈', '❤', '\u00ad', '\u202e', '\ufeff'].map(
    (within) => `exa${within}mple.example`,
  ),
  // A URL's parser takes them for 127.0.0.1, 1.2.0.3 and 0.0.0.7.
  '0x7f.1',
  '0x7f000001',
  '2130706433',
  '127.1',
  '0177.0.0.1',
  '１２７.0.0.1',
  '1.2.3',
  '7',
  'example.1',
  '[::1]',
  '::1',
  '',
  '.',
  'example..com',
  '.example.com',
  'example.com.',
  '-example.com',
  'example-.com',
  `${'b'.repeat(64)}.example`,
  `${'b.'.repeat(127)}example`,
  `${'ü'.repeat(60)}.example`,
  'b'.repeat(2_000),
  'ü'.repeat(2_000),
])('%j is not a domain', (text) => expect(readDomain(text)).toBeUndefined());
