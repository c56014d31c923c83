import type { Content } from '@sitemessage/core';
import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { fb } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('fb');
const url = 'https://example.com/news?a=1&b=2';
const longest = 63_206;

/** Sends once and returns the parameters of the request. */
async function posted(content: Partial<Content>): Promise<object> {
  await sendOne(fb(running.sandbox.fb.options), '', content);
  const messages = running.sandbox.inbox.all();
  expect(messages).toHaveLength(1);
  return Object.fromEntries(new URLSearchParams(messages[0]?.raw));
}

const refused = (content: Partial<Content>) => rejection(sendOne(fb(running.sandbox.fb.options), '', content));

describe('a post', () => {
  it.each<readonly [string, Partial<Content>, object]>([
    ['a text', { text: 'Hi there!' }, { message: 'Hi there!' }],
    ['a text as it is, with its lines', { text: ' <b>1 & 2</b>\n\n=% + ü 👩‍👩‍👧' }, { message: ' <b>1 & 2</b>\n\n=% + ü 👩‍👩‍👧' }],
    ['a text with a URL in it', { text: `See ${url}` }, { message: `See ${url}` }],
    ['two URLs', { text: `${url} ${url}` }, { message: `${url} ${url}` }],
    ['a URL in two lines', { text: `${url}\n${url}` }, { message: `${url}\n${url}` }],
    ['the beginning of a URL', { text: 'https://' }, { message: 'https://' }],
    ['a text that begins like a URL', { text: 'http is a protocol' }, { message: 'http is a protocol' }],
    ['a URL of another protocol', { text: 'ftp://example.com/' }, { message: 'ftp://example.com/' }],
    ['a URL', { text: url }, { link: url }],
    ['a URL in capitals', { text: 'HTTPS://EXAMPLE.COM/A' }, { link: 'HTTPS://EXAMPLE.COM/A' }],
    ['a URL of http', { text: 'http://example.com' }, { link: 'http://example.com' }],
    ['a URL with space around it', { text: `\n ${url} \n` }, { link: url }],
    ['a link beside a text', { text: 'News', link: url }, { message: 'News', link: url }],
    ['a link alone', { text: '', link: ` ${url} ` }, { link: url }],
    ['a link beside the same URL', { text: url, link: url }, { link: url }],
    ['a link beside another URL', { text: 'https://example.org/', link: url }, { message: 'https://example.org/', link: url }],
    ['an empty link', { text: 'News', link: '' }, { message: 'News' }],
    ['text and HTML', { text: 'News', html: '<b>Other news</b>' }, { message: 'News' }],
    ['HTML', { text: '', html: '<p>One &amp; <b>two</b></p><p>three</p>' }, { message: 'One & two\n\nthree' }],
    ['HTML with a link', { text: '', html: `<a href="https://example.com/7">News</a>` }, { message: 'News [https://example.com/7]' }],
    ['HTML with an image', { text: '', html: 'News <img src="https://example.com/7.png" alt="x">' }, { message: 'News' }],
    ['HTML that is a URL', { text: '', html: `<p>https://example.com/7</p>` }, { link: 'https://example.com/7' }],
    ['a long line of HTML', { text: '', html: `<p>${'word '.repeat(40)}end</p>` }, { message: `${'word '.repeat(40)}end` }],
    ['fields of other messengers', { text: 'News', subject: 'S', unsubscribeUrl: url }, { message: 'News' }],
  ])('with %s', async (_, content, expected) => {
    expect(await posted(content)).toEqual(expected);
  });

  it.each<readonly [string, Partial<Content>, string]>([
    ['without a text', { text: '' }, 'fb_empty'],
    ['of white space alone', { text: ' \n\t' }, 'fb_empty'],
    ['of HTML without a text', { text: '', html: '<p> <br></p>' }, 'fb_empty'],
    ['with a link that is not a URL', { text: 'News', link: 'example.com' }, 'fb_link'],
    ['with a link of another protocol', { text: 'News', link: 'javascript:alert(1)' }, 'fb_link'],
    ['with a link that is broken', { text: 'News', link: 'https://exa mple.com/' }, 'fb_link'],
    ['that is too long', { text: 'x'.repeat(longest + 1) }, 'fb_too_long'],
    ['that is too long as HTML', { text: '', html: `<p>${'x'.repeat(longest + 1)}</p>` }, 'fb_too_long'],
    ['that is too long as a URL', { text: `https://example.com/${'x'.repeat(longest)}` }, 'fb_too_long'],
  ])('%s is refused for good, without a request', async (_, content, code) => {
    expect(await refused(content)).toMatchObject({ kind: 'permanent', code });
    expect(running.sandbox.fb.requests()).toBe(0);
  });

  it('may have 63,206 characters, also of two UTF-16 units each', async () => {
    const text = '👋'.repeat(longest);
    expect(await posted({ text })).toEqual({ message: text });
  });

  it('that is too long shows its length and the limit', async () => {
    expect((await refused({ text: 'x'.repeat(70_000) })).message).toMatch(/70000.*63206/);
  });
});

describe('the page of a post', () => {
  it('is the page of the options', async () => {
    const { options, pages } = running.sandbox.fb;
    await sendOne(fb({ ...options, pageId: Number(options.pageId) }), '');
    await sendOne(fb(options), pages.own);
    expect(running.sandbox.inbox.all().map(({ address }) => address)).toEqual([pages.own, pages.own]);
  });

  it('is another page when the address names it', async () => {
    const { options, pages, tokens } = running.sandbox.fb;
    await sendOne(fb({ ...options, pageAccessToken: tokens.bothPages }), pages.other);
    expect(running.sandbox.inbox.all()).toMatchObject([{ address: pages.other }]);
  });

  it('is part of the id in the receipt', async () => {
    const { options, pages } = running.sandbox.fb;
    const { providerId } = await sendOne(fb(options));
    expect(providerId).toMatch(new RegExp(`^${pages.own}_\\d+$`));
    expect((await sendOne(fb(options))).providerId).not.toBe(providerId);
  });
});
