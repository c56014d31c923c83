import { rejection, sandboxed } from '@sitemessage/trials';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entitiesOf, lengthOf } from '../src/counting.ts';
import { twitter } from '../src/index.ts';
import { split } from '../src/thread.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('twitter');
const messenger = () => twitter({ ...running.sandbox.twitter.options, onTooLong: 'thread' });
const visible = (text: string): string => text.replaceAll(/\s+/g, '');

describe('a text that is split', () => {
  const words = fc.oneof(
    fc.constantFrom(
      'https://example.com/a/b?c=d',
      'example.com',
      '@ann',
      '@Bob_7',
      '👩‍👩‍👧',
      '🇦🇶',
      '👋🏽',
      'e\u0301',
      '世界',
      '\n',
      '\r\n\r\n',
      ' ',
      ', ',
    ),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({ unit: 'binary', maxLength: 10 }),
    fc.nat(400).map((count) => 'x'.repeat(count)),
    fc.nat(200).map((count) => `https://example.com/${'y'.repeat(count)} `),
  );
  const texts = fc.array(words, { minLength: 1, maxLength: 60 }).map((parts) => parts.join(''));
  const mentions = fc.constantFrom('', '@ann ');

  it('loses nothing that a reader sees, and each part fits and says something', () => {
    fc.assert(
      fc.property(texts, mentions, (text, mention) => {
        const parts: readonly string[] = text.trim() === '' ? [] : split(text, mention);
        expect(visible(parts.join(''))).toBe(parts.length === 0 ? '' : visible(`${mention}${text}`));
        for (const part of parts) {
          expect(lengthOf(part)).toBeLessThanOrEqual(280);
          expect(part.trim()).not.toBe('');
          expect(part.isWellFormed()).toBe(text.isWellFormed());
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('is cut inside of no URL, no mention and no character of several code points', () => {
    const whole = ['https://example.com/a/b?c=d', 'example.com', '@ann', '👩‍👩‍👧', '🇦🇶', '👋🏽', 'e\u0301'];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...whole), { minLength: 150, maxLength: 300 }),
        fc.nat(30),
        mentions,
        (pieces, before, mention) => {
          const text = `${'x'.repeat(before)} ${pieces.join(' ')}`;
          const parts = split(text, mention);
          expect(parts.length).toBeGreaterThan(1);
          const seen = parts.join(' ').slice(mention.length).trim().split(/\s+/);
          expect(seen.filter((piece) => whole.includes(piece))).toEqual(pieces);
        },
      ),
      { seed: 7, numRuns: 100 },
    );
  });

  it('is cut inside of none of them either where nothing else leaves room', () => {
    for (const piece of ['👩‍👩‍👧', '🇦🇶', 'e\u0301']) {
      // An odd beginning, or a cut in the middle could not be told from one between two.
      for (const before of ['x', 'xx', 'xxx']) {
        const parts = split(`${before}${piece.repeat(300)}`, '');
        for (const part of parts) expect(part.replaceAll(piece, '').replace(/^x+/, '')).toBe('');
        expect(parts.join('')).toBe(`${before}${piece.repeat(300)}`);
      }
    }
    const addresses = Array.from({ length: 30 }, (_, index) => `https://example.com/${index}`);
    const parts = split(addresses.join('、'), '');
    expect(parts.flatMap((part) => entitiesOf(part).map(([start, end]) => part.slice(start, end)))).toEqual(addresses);
  });

  it('is cut in the middle of what is one character by its marks alone, when it is longer than a post', () => {
    const parts = split(`q${'\u0308'.repeat(1_000)}`, '');
    expect(parts.map(lengthOf)).toEqual([280, 280, 280, 161]);
  });

  it('is cut at the end of a line, or between words, or anywhere', () => {
    const line = 'word '.repeat(30).trim();
    expect(split(`${line}\n${line}\n${line}`, '')).toEqual([line, line, line]);
    expect(split('word '.repeat(100), '').map((part) => part.endsWith('word'))).toEqual([true, true]);
    expect(split('x'.repeat(300), '')).toEqual(['x'.repeat(280), 'x'.repeat(20)]);
    // Not where it would leave less than half a part.
    expect(split(`a\n${'x'.repeat(400)}`, '')).toEqual([`a\n${'x'.repeat(278)}`, 'x'.repeat(122)]);
    expect(split(`  ${'x'.repeat(279)}  y`, '@ann ')).toEqual([`@ann ${'x'.repeat(275)}`, 'xxxx  y']);
  });

  it('takes no longer than it should, however long it is', () => {
    const startedAt = performance.now();
    expect(split('x'.repeat(25_000), '')).toHaveLength(90);
    expect(split('word '.repeat(5_000), '').length).toBeGreaterThan(85);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('a thread', () => {
  const paragraphs = Array.from({ length: 3 }, (_, index) => `${index}: ${'word '.repeat(40).trim()}`);
  const text = paragraphs.join('\n');

  it('is as many posts as it takes, each a reply to the one before, of which the first one mentions', async () => {
    const receipt = await sendOne(messenger(), { text }, '@ann');
    const posts = running.sandbox.inbox.all();
    expect(posts.map(({ address, text }) => [address, text])).toEqual([
      ['@ann', paragraphs[0]],
      ['', paragraphs[1]],
      ['', paragraphs[2]],
    ]);
    const ids = posts.map(({ headers }) => headers.id);
    expect(posts.map(({ headers }) => headers.in_reply_to)).toEqual(['', ids[0], ids[1]]);
    expect(receipt.providerId).toBe(ids[0]);
  });

  it('is none where the text fits', async () => {
    await sendOne(messenger(), { text: 'x'.repeat(280) });
    expect(running.sandbox.inbox.all()).toMatchObject([{ text: 'x'.repeat(280), headers: { in_reply_to: '' } }]);
  });

  it('of which the first post is refused is refused as it is', async () => {
    running.sandbox.twitter.refuse({ status: 403, detail: 'You are not allowed to create a Tweet with duplicate content.' });
    expect(await rejection(sendOne(messenger(), { text }))).toMatchObject({ kind: 'permanent', code: 'twitter_duplicate' });
    running.sandbox.twitter.refuse({ status: 429, title: 'Too Many Requests' });
    expect(await rejection(sendOne(messenger(), { text }))).toMatchObject({ kind: 'transient', scope: 'messenger' });
    expect(running.sandbox.inbox.all()).toEqual([]);
  });

  it.each([1, 2])('that breaks off after %i of 3 is of unknown outcome, and says so', async (there) => {
    for (let count = 0; count < there; count += 1) running.sandbox.twitter.fail({ delayMs: 0 });
    running.sandbox.twitter.refuse({ status: 429, title: 'Too Many Requests' });
    expect(await rejection(sendOne(messenger(), { text }))).toMatchObject({
      kind: 'unknown',
      code: 'twitter_part_sent',
      message: expect.stringContaining(`${there} of 3 posts of the thread are on X, and then: X answered 429`),
      cause: { code: 'twitter_rate_limited' },
    });
    expect(running.sandbox.inbox.all()).toHaveLength(there);
  });

  it('whose first post may be there is of unknown outcome', async () => {
    running.sandbox.twitter.fail({ at: 'taken', drop: true });
    expect(await rejection(sendOne(messenger(), { text }))).toMatchObject({
      kind: 'unknown',
      code: 'twitter_part_sent',
      message: expect.stringContaining('0 of 3'),
    });
  });
});
