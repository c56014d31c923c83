import type { AnyMessenger, Delivery } from '@sitemessage/core';
import type { TwitterError } from '@sitemessage/sandbox';
import { delivery, never, rejection, sandboxed, withSession } from '@sitemessage/test-support';
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

  it('loses no visible character, and each part fits and has text', () => {
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

  it('keeps URLs, mentions and graphemes whole', () => {
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

  it('keeps them whole when the text has no spaces', () => {
    for (const piece of ['👩‍👩‍👧', '🇦🇶', 'e\u0301']) {
      // Different beginnings shift the split, so that one of them would hit the middle of a grapheme.
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

  it('is split inside a letter with so many combining marks that it is longer than a post', () => {
    const parts = split(`q${'\u0308'.repeat(1_000)}`, '');
    expect(parts.map(lengthOf)).toEqual([280, 280, 280, 161]);
  });

  it('is split at the end of a line, or between words, or anywhere', () => {
    const line = 'word '.repeat(30).trim();
    expect(split(`${line}\n${line}\n${line}`, '')).toEqual([line, line, line]);
    expect(split('word '.repeat(100), '').map((part) => part.endsWith('word'))).toEqual([true, true]);
    expect(split('x'.repeat(300), '')).toEqual(['x'.repeat(280), 'x'.repeat(20)]);
    // Not in the first half of a part.
    expect(split(`a\n${'x'.repeat(400)}`, '')).toEqual([`a\n${'x'.repeat(278)}`, 'x'.repeat(122)]);
    expect(split(`  ${'x'.repeat(279)}  y`, '@ann ')).toEqual([`@ann ${'x'.repeat(275)}`, 'xxxx  y']);
  });

  it('takes linear time', () => {
    const startedAt = performance.now();
    expect(split('x'.repeat(25_000), '')).toHaveLength(90);
    expect(split('word '.repeat(5_000), '').length).toBeGreaterThan(85);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('a thread', () => {
  const paragraphs = Array.from({ length: 3 }, (_, index) => `${index}: ${'word '.repeat(40).trim()}`);
  const text = paragraphs.join('\n');

  it('is a chain of replies, and its first post has the mention', async () => {
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

  it('is one post when the text fits', async () => {
    await sendOne(messenger(), { text: 'x'.repeat(280) });
    expect(running.sandbox.inbox.all()).toMatchObject([{ text: 'x'.repeat(280), headers: { in_reply_to: '' } }]);
  });

  it('keeps the error of X when its first post is refused', async () => {
    running.sandbox.twitter.refuse({ status: 403, detail: 'You are not allowed to create a Tweet with duplicate content.' });
    expect(await rejection(sendOne(messenger(), { text }))).toMatchObject({ kind: 'permanent', code: 'twitter_duplicate' });
    running.sandbox.twitter.refuse({ status: 429, title: 'Too Many Requests' });
    expect(await rejection(sendOne(messenger(), { text }))).toMatchObject({ kind: 'transient', scope: 'messenger' });
    expect(running.sandbox.inbox.all()).toEqual([]);
  });

  it('has at most 25 posts', async () => {
    const word = `${'x'.repeat(199)} `;
    await sendOne(messenger(), { text: word.repeat(25) });
    expect(running.sandbox.inbox.all()).toHaveLength(25);
    expect(await rejection(sendOne(messenger(), { text: word.repeat(26) }))).toMatchObject({
      kind: 'permanent',
      code: 'twitter_too_long',
      message: 'The text needs more than 25 posts, the most that a thread may have. Shorten it.',
    });
    expect(running.sandbox.inbox.all()).toHaveLength(25);
  });
});

describe('an interrupted thread', () => {
  const paragraphs = Array.from({ length: 4 }, (_, index) => `${index}: ${'word '.repeat(40).trim()}`);
  const text = paragraphs.join('\n');
  const attempt = (one: AnyMessenger, what: Delivery) => withSession(one, (session) => session.send(what, never()));
  const posted = () => running.sandbox.inbox.all().map(({ text }) => text);
  const ids = () => running.sandbox.inbox.all().map(({ headers }) => headers.id);
  const replies = () => running.sandbox.inbox.all().map(({ headers }) => headers.in_reply_to);
  const reset = { date: 'Thu, 01 Jan 2026 00:00:00 GMT', 'x-rate-limit-reset': String(Date.UTC(2026) / 1_000 + 600) };

  it.each<readonly [TwitterError, object]>([
    [
      { status: 429, title: 'Too Many Requests', headers: reset },
      { kind: 'transient', code: 'twitter_rate_limited', scope: 'messenger', retryAfterMs: 600_000 },
    ],
    [
      { status: 503, title: 'No' },
      { kind: 'transient', code: 'twitter_unavailable', scope: 'dispatch' },
    ],
    [
      { status: 402, title: 'CreditsDepleted' },
      { kind: 'configuration', code: 'twitter_credits' },
    ],
    [
      { status: 401, title: 'Unauthorized' },
      { kind: 'configuration', code: 'twitter_unauthorized' },
    ],
    [
      { status: 403, errors: [{ code: 64, message: 'Suspended' }] },
      { kind: 'configuration', code: 'twitter_suspended', retryAfterMs: 3_600_000 },
    ],
  ])('keeps the error of X and continues where it was: %j', async (error, expected) => {
    const one = messenger();
    const what = delivery('@ann', { text, attachments: [{ filename: 'a.png', content: 'PNG' }] });
    running.sandbox.twitter.refuse(error, { skip: 2, method: 'tweets' });
    const message = expect.stringContaining(`2 of 4 posts of the thread are on X, and then: X answered ${error.status}`);
    expect(await rejection(attempt(one, what))).toMatchObject({ ...expected, message, cause: expected });
    expect(posted()).toEqual(paragraphs.slice(0, 2));
    const before = running.sandbox.twitter.requests();
    const receipt = await attempt(one, what);
    expect(running.sandbox.twitter.requests() - before).toBe(2);
    expect(posted()).toEqual(paragraphs);
    expect(receipt.providerId).toBe(ids()[0]);
    expect(replies()).toEqual(['', ...ids().slice(0, 3)]);
  });

  it('continues with the text that it began with, although it is rendered to another text now', async () => {
    const one = messenger();
    const what = delivery('', { text });
    running.sandbox.twitter.refuse({ status: 503, title: 'No' }, { skip: 1 });
    await rejection(attempt(one, what));
    running.sandbox.twitter.refuse({ status: 503, title: 'No' }, { skip: 1 });
    await rejection(attempt(one, { ...what, content: { text: 'Something else.' } }));
    await attempt(one, { ...what, content: { text: 'Something else.' } });
    expect(posted()).toEqual(paragraphs);
    await attempt(one, { ...what, content: { text: 'Something else.' } });
    expect(posted()).toEqual([...paragraphs, 'Something else.']);
  });

  it('begins again in another process, and after a refusal for good', async () => {
    const what = delivery('', { text });
    running.sandbox.twitter.refuse({ status: 503, title: 'No' }, { skip: 1 });
    await rejection(attempt(messenger(), what));
    const one = messenger();
    running.sandbox.twitter.refuse({ status: 403, detail: 'Posts may have one cashtag at most.' }, { skip: 1 });
    expect(await rejection(attempt(one, what))).toMatchObject({
      kind: 'permanent',
      code: 'twitter_rules',
      message: expect.stringContaining('1 of 4 posts'),
    });
    await attempt(one, what);
    expect(posted()).toEqual([paragraphs[0], paragraphs[0], ...paragraphs]);
  });

  it('fails for good when the post before is gone', async () => {
    running.sandbox.twitter.refuse({ status: 404, title: 'Not Found' }, { skip: 1 });
    expect(await rejection(sendOne(messenger(), { text }))).toMatchObject({ kind: 'permanent', code: 'twitter_not_found' });
  });

  it.each(['request', 'taken'] as const)('repeats no post after a connection that broke at the stage "%s"', async (at) => {
    const one = messenger();
    const what = delivery('', { text });
    running.sandbox.twitter.refuseDuplicates();
    running.sandbox.twitter.fail({ at, skip: 2, drop: true });
    expect(await rejection(attempt(one, what))).toMatchObject({
      kind: 'unknown',
      code: 'http_interrupted',
      message: expect.stringContaining('2 of 4 posts of the thread are on X, and then: The request was written'),
    });
    running.sandbox.twitter.refuse({ status: 503, title: 'No' });
    await rejection(attempt(one, what));
    await attempt(one, what);
    expect(posted()).toEqual(paragraphs);
    // When X took the third post, its id is unknown, and the fourth replies to the second.
    expect(replies()[3]).toBe(ids()[at === 'taken' ? 1 : 2]);
  });

  it('cannot continue when the id of its first post is unknown', async () => {
    const one = messenger();
    const what = delivery('', { text });
    running.sandbox.twitter.refuseDuplicates();
    running.sandbox.twitter.fail({ at: 'taken', drop: true });
    expect(await rejection(attempt(one, what))).toMatchObject({ kind: 'unknown', code: 'http_interrupted' });
    expect(await rejection(attempt(one, what))).toMatchObject({ kind: 'permanent', code: 'twitter_duplicate' });
    expect(posted()).toEqual([paragraphs[0]]);
  });

  it('has an unknown outcome when the send is aborted, because the process may end', async () => {
    const { oauth2, apiRoot } = running.sandbox.twitter.oauth2();
    const { promise, resolve } = Promise.withResolvers<void>();
    let isCalled = false;
    const onToken = (): Promise<void> => {
      isCalled = true;
      return promise;
    };
    const one = twitter({ oauth2: { ...oauth2, onToken }, apiRoot, onTooLong: 'thread' });
    const what = delivery('', { text });
    running.sandbox.twitter.refuse({ status: 401, title: 'Unauthorized' }, { skip: 1 });
    const stop = new AbortController();
    const session = await one.open(never());
    const sent = rejection(session.send(what, stop));
    await expect.poll(() => isCalled).toBe(true);
    stop.abort();
    expect(await sent).toMatchObject({
      kind: 'unknown',
      code: 'twitter_part_sent',
      message: expect.stringContaining('1 of 4 posts of the thread are on X, and then: Nothing was sent'),
    });
    expect(await rejection(session.send(what, stop))).toMatchObject({ kind: 'unknown', code: 'twitter_part_sent' });
    await session.close?.();
    resolve();
    await attempt(one, what);
    expect(posted()).toEqual(paragraphs);
  });
});

describe('a post with an unknown outcome', () => {
  it('is tried again with the same text, so that X recognizes the duplicate', async () => {
    const one = messenger();
    const what = delivery('', { text: 'At 12:03' });
    running.sandbox.twitter.refuseDuplicates();
    running.sandbox.twitter.fail({ at: 'taken', drop: true });
    await withSession(one, async (session) => {
      await rejection(session.send(what, never()));
      expect(await session.send({ ...what, content: { text: 'At 12:04' } }, never())).toEqual({});
    });
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });
});
