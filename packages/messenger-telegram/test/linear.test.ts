import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { textsOf } from '../src/content.ts';
import { telegram } from '../src/index.ts';
import { htmlTokens, problemOf } from '../src/markup.ts';
import { split } from '../src/split.ts';
import { sendOne } from './sending.ts';

/** Texts that could take a parser quadratic time. Each has about `length` characters. */
const hostile: readonly (readonly [what: string, text: (length: number) => string])[] = [
  ['a tag that has no end', (length) => `<${'a'.repeat(length)}`],
  ['the beginnings of many tags', (length) => '<a '.repeat(length / 3)],
  ['the beginnings of many attributes', (length) => `<a ${'b= '.repeat(length / 3)}`],
  ['quotes that have no end', (length) => `<a b="${`'"`.repeat(length / 2)}`],
  ['many tags in each other', (length) => '<b>'.repeat(length / 7) + '</b>'.repeat(length / 7)],
  ['many tags after each other', (length) => '<b>x</b>'.repeat(length / 8)],
  ['spaces before the end of a tag', (length) => `<b>x</b${' '.repeat(length)}`],
  ['the beginnings of many entities', (length) => '&#12345'.repeat(length / 7)],
  ['an entity with many digits', (length) => `&#${'1'.repeat(length)}`],
  ['one character with many accents', (length) => `e${'\u0301'.repeat(length)}`],
  ['many flags', (length) => '🇺🇦'.repeat(length / 4)],
  ['one family of many', (length) => '👨\u200d'.repeat(length / 3)],
];

/** Returns the fastest of three runs in milliseconds, so that a pause of the machine does not count. */
function millisecondsOf(work: () => void): number {
  const times = [1, 2, 3].map(() => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  });
  return Math.min(...times);
}

describe.each(hostile)('of %s', (_, text) => {
  it.each<readonly [parser: string, parse: (text: string) => unknown]>([
    ['HTML is read', (html) => problemOf(htmlTokens(html))],
    ['the parts are split', (html) => split(htmlTokens(html), { characters: 4_096, bytes: 32_768 })],
  ])('%s in linear time', (_, parse) => {
    const attempt = (length: number) => () => {
      try {
        parse(text(length));
      } catch {
        // A text that cannot be split is refused, which must be fast too.
      }
    };
    const [short, long] = [millisecondsOf(attempt(10_000)), millisecondsOf(attempt(100_000))];
    // The text is ten times as long. Quadratic time would be a hundred times. The added milliseconds allow
    // for noise.
    expect(long).toBeLessThan(short * 40 + 100);
  });
});

const running = sandboxed('telegram');

describe('a text that is too long for any message', () => {
  it.each([
    ['HTML', { text: '', html: `${'<b></b>'.repeat(5_000)}x` }],
    ['MarkdownV2', { text: '\\.'.repeat(20_000), telegram: { parseMode: 'MarkdownV2' } }],
    ['HTML under a photo', { text: '', html: `${'<b></b>'.repeat(5_000)}x`, telegram: { photo: 'https://example.com/a.png' } }],
  ] as const)('is refused by its bytes, before it is parsed: %s', async (_, content) => {
    const error = await rejection(sendOne(telegram(running.sandbox.telegram.options), content));
    expect(error).toMatchObject({ kind: 'permanent', code: 'telegram_too_long' });
    expect(error.message).toMatch(/^The text has \d+ bytes with its markup\. Telegram takes at most 32768\.$/);
    expect(running.sandbox.telegram.requests()).toBe(0);
  });

  it('is refused beyond 256 kB although it may be split', () => {
    const settings = { parseMode: 'plain', onTooLong: 'split' } as const;
    expect(textsOf({ text: 'x'.repeat(262_144) }, settings)).toHaveLength(64);
    expect(() => textsOf({ text: 'x'.repeat(262_145) }, settings)).toThrow('The text has 262145 bytes. At most 262144 can be split.');
  });
});
