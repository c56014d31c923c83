import extractUrlsWithIndices from '@ambassify/twitter-text/dist/extractUrlsWithIndices.js';
import parseTweet from '@ambassify/twitter-text/dist/parseTweet.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthOf } from '../src/counting.ts';
import { urlsOf } from '../src/urls.ts';

/** Parts of URLs and the characters around them. In other scripts, twitter-text confuses places. */
const parts =
  'a|.|-|/|(|)|?|=|&|#|:|//|http://|https://|@|a.com|.com|.co|com|t.co/|https://t.co/a1|é|e\u0301|1| |\n|%|+|~|"|*|\'|,|!|$|xn--p1ai|www.|//a';
const text = fc.array(fc.constantFrom(...parts.split('|')), { maxLength: 14 }).map((chosen) => chosen.join(''));

describe('a text', () => {
  it('has the URLs that twitter-text finds', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(urlsOf(given)).toEqual(extractUrlsWithIndices(given).map(({ indices }) => indices));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    '你a.com',
    'a.com你',
    'https://你.中国/你',
    '你 你.中国',
    'https://рф.рф/рф',
    'https://x_y.z-w.org',
    'a.com/ا',
    '👍a.com👍',
    '🔑.com',
    '1⃣a.com',
  ])('has the URLs and the length that twitter-text finds: %s', (given) => {
    expect(urlsOf(given)).toEqual(extractUrlsWithIndices(given).map(({ indices }) => indices));
    expect(lengthOf(given)).toBe(parseTweet(given).weightedLength);
  });

  it('has the length that twitter-text counts', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(lengthOf(given)).toBe(parseTweet(given).weightedLength);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    [`https://example.com/${'x'.repeat(4_068)}`, 23],
    [`https://example.com/${'x'.repeat(5_000)}`, 5_020],
    [`https://${'x'.repeat(63)}.com`, 23],
    [`https://${'x'.repeat(64)}.com`, 76],
    [`https://t.co/${'x'.repeat(40)}`, 23],
    [`https://t.co/${'x'.repeat(41)}`, 54],
  ])('has the length that twitter-text counts for a long URL: %#', (given, length) => {
    expect(lengthOf(given)).toBe(length);
    expect(parseTweet(given).weightedLength).toBe(length);
  });
});
