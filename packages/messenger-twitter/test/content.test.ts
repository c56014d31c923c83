import type { Content } from '@sitemessage/core';
import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { twitter } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('twitter');
const url = 'https://example.com/news?a=1&b=2';
const messenger = () => twitter(running.sandbox.twitter.options);

/** Sends once and returns the body of the request. */
async function posted(content: Partial<Content>, address?: string): Promise<unknown> {
  await sendOne(messenger(), content, address);
  const messages = running.sandbox.inbox.all();
  expect(messages).toHaveLength(1);
  return JSON.parse(messages[0]?.raw ?? '');
}

describe('a post', () => {
  it.each<readonly [string, Partial<Content>, string]>([
    ['a text', { text: 'Hi there!' }, 'Hi there!'],
    ['a text as it is, with its lines', { text: ' <b>1 & 2</b>\n\n=% + ü 👩‍👩‍👧' }, ' <b>1 & 2</b>\n\n=% + ü 👩‍👩‍👧'],
    ['a URL', { text: url }, url],
    ['text and HTML', { text: 'News', html: '<b>Other news</b>' }, 'News'],
    ['HTML', { text: '', html: '<p>One &amp; <b>two</b></p><p>three</p>' }, 'One & two\n\nthree'],
    ['HTML with a link', { text: '', html: `<a href="https://example.com/7">News</a>` }, 'News [https://example.com/7]'],
    ['HTML with an image', { text: '', html: 'News <img src="https://example.com/7.png" alt="x">' }, 'News'],
    [
      'fields of other messengers, because a link costs more than ten posts',
      { text: 'News', subject: 'S', link: url, unsubscribeUrl: url },
      'News',
    ],
  ])('with %s', async (_, content, text) => {
    expect(await posted(content)).toEqual({ text });
  });

  it.each<readonly [string, string, string]>([
    ['', 'Hello', 'Hello'],
    ['@ann', 'Hello', '@ann Hello'],
    ['@ann', '@bob, hello', '@ann @bob, hello'],
    ['@ann', '\nHello', '@ann \nHello'],
  ])('to %j with the text %j is %j', async (address, text, expected) => {
    expect(await posted({ text }, address)).toEqual({ text: expected });
  });

  it.each<readonly [string, Partial<Content>, string]>([
    ['without a text', { text: '' }, 'twitter_empty'],
    ['of white space alone', { text: ' \n\t' }, 'twitter_empty'],
    ['with an empty list of attachments', { text: '', attachments: [] }, 'twitter_empty'],
    ['of HTML without a text', { text: '', html: '<p> <br></p>' }, 'twitter_empty'],
    ['with half a surrogate pair', { text: 'half \ud83d' }, 'twitter_characters'],
    ['with a noncharacter', { text: 'no \ufffe' }, 'twitter_characters'],
    ['with a byte order mark', { text: '\ufeffHello' }, 'twitter_characters'],
    ['that is too long', { text: 'x'.repeat(281) }, 'twitter_too_long'],
    ['that is too long as HTML', { text: '', html: `<p>${'x'.repeat(281)}</p>` }, 'twitter_too_long'],
  ])('%s is refused for good, without a request', async (_, content, code) => {
    expect(await rejection(sendOne(messenger(), content))).toMatchObject({ kind: 'permanent', code });
    expect(running.sandbox.twitter.requests()).toBe(0);
  });

  it('of more than 50,000 characters is refused without counting', async () => {
    for (const onTooLong of ['fail', 'thread'] as const) {
      const refusing = twitter({ ...running.sandbox.twitter.options, onTooLong });
      const { code, message } = await rejection(sendOne(refusing, { text: 'a.'.repeat(32_000) }));
      expect({ code, message }).toMatchObject({ code: 'twitter_too_long', message: expect.stringContaining('50000') });
    }
  });

  it('may be as long as X counts, with the mention', async () => {
    const lengths: readonly (readonly [string, string])[] = [
      ['x'.repeat(280), ''],
      ['ж'.repeat(280), ''],
      ['世'.repeat(140), ''],
      ['👩‍👩‍👧'.repeat(140), ''],
      ['cafe\u0301'.repeat(70), ''],
      [`${url}${'x'.repeat(300)} ${'x'.repeat(256)}`, ''],
      ['x'.repeat(275), '@ann'],
    ];
    for (const [text, address] of lengths) {
      await sendOne(messenger(), { text }, address);
      const { message, code } = await rejection(sendOne(messenger(), { text: `${text}.` }, address));
      expect({ code, message }).toMatchObject({ code: 'twitter_too_long', message: expect.stringMatching(/ 28[12] characters/) });
      expect(message.includes('with the mention')).toBe(address !== '');
    }
    expect(running.sandbox.inbox.all()).toHaveLength(lengths.length);
  });

  it('returns the id of the post in its receipt', async () => {
    const { providerId } = await sendOne(messenger());
    expect(providerId).toBe(running.sandbox.inbox.all()[0]?.headers.id);
    expect(providerId).toMatch(/^\d{19}$/);
  });
});
