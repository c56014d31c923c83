import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { vk } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('vk');
const messenger = () => vk(running.sandbox.vk.options);

/** Sends once and returns the parameters of the request, without `guid` and `random_id`. */
async function asked(address: string, content: Parameters<typeof sendOne>[2]): Promise<Readonly<Record<string, string>>> {
  await sendOne(messenger(), address, content);
  const { guid: _, random_id: __, ...rest } = Object.fromEntries(new URLSearchParams(running.sandbox.inbox.all().at(-1)?.raw));
  return rest;
}

describe('a post on a wall', () => {
  it('of a user has the text', async () => {
    expect(await asked('12345', { text: 'Hi there!\nÀ bientôt & 100% 😀' })).toEqual({
      owner_id: '12345',
      message: 'Hi there!\nÀ bientôt & 100% 😀',
      v: '5.199',
    });
  });

  it('of a community is in the name of the community', async () => {
    expect(await asked('-12345', { text: 'Hi there!' })).toEqual({
      owner_id: '-12345',
      from_group: '1',
      message: 'Hi there!',
      v: '5.199',
    });
    expect(running.sandbox.inbox.to('-12345')).toMatchObject([{ from: '-12345' }]);
  });

  it.each(['https://example.com/a?b=c&d=e', 'http://example.com', ' https://example.com/a\n'])(
    'with a URL as its text attaches it: %j',
    async (text) => {
      expect(await asked('12345', { text })).toEqual({ owner_id: '12345', attachments: text.trim(), v: '5.199' });
    },
  );

  it.each([
    'https://example.com and more',
    'see https://example.com',
    'httpsomething',
    'ftp://example.com',
    'https://',
    'https://[::1',
    'javascript:alert(1)',
  ])('with another text keeps it as text: %j', async (text) => {
    expect(await asked('12345', { text })).toEqual({ owner_id: '12345', message: text, v: '5.199' });
  });

  it('attaches a link beside the text', async () => {
    expect(await asked('12345', { text: 'News', link: 'https://example.com/7' })).toMatchObject({
      message: 'News',
      attachments: 'https://example.com/7',
    });
    expect(await asked('12345', { text: 'https://example.com/6', link: 'https://example.com/7' })).toMatchObject({
      message: 'https://example.com/6',
      attachments: 'https://example.com/7',
    });
  });

  it('attaches a link once when the text is the same URL, and alone when there is no text', async () => {
    const link = 'https://example.com/7';
    const alone = { owner_id: '12345', attachments: link, v: '5.199' };
    expect(await asked('12345', { text: link, link })).toEqual(alone);
    expect(await asked('12345', { text: '', link })).toEqual(alone);
  });

  it('attaches a link with its scheme in lower case', async () => {
    expect(await asked('12345', { text: 'HTTPS://example.com/A' })).toMatchObject({ attachments: 'https://example.com/A' });
  });

  it('escapes a comma in a link', async () => {
    expect(await asked('12345', { text: 'https://example.com/a,b,https://c' })).toMatchObject({
      attachments: 'https://example.com/a%2Cb%2Chttps://c',
    });
  });
});

describe('a private message', () => {
  it('has the text and the peer', async () => {
    expect(await asked('peer:2000000001', { text: 'Hello' })).toEqual({ peer_id: '2000000001', message: 'Hello', v: '5.199' });
  });

  it('keeps a URL as text, and appends a link unless the text has it', async () => {
    const link = 'https://example.com/7';
    expect(await asked('peer:1', { text: link })).toEqual({ peer_id: '1', message: link, v: '5.199' });
    expect(await asked('peer:1', { text: 'News', link })).toMatchObject({ message: `News\n${link}` });
    expect(await asked('peer:1', { text: `News: ${link}`, link })).toMatchObject({ message: `News: ${link}` });
    expect(await asked('peer:1', { text: '', link })).toMatchObject({ message: link });
  });

  it('that is too long is refused by VK, not truncated', async () => {
    const error = await rejection(sendOne(messenger(), 'peer:1', { text: 'x'.repeat(4_097) }));
    expect(error).toMatchObject({ kind: 'permanent', code: 'vk_914' });
    expect(await asked('peer:1', { text: 'x'.repeat(4_096) })).toMatchObject({ message: 'x'.repeat(4_096) });
  });

  it.each([
    ['letters', 'x'.repeat(9_001)],
    ['characters of two UTF-16 units', '😀'.repeat(9_001)],
  ])('that is longer than the API takes is refused without a request: 9,001 %s', async (_, text) => {
    const error = await rejection(sendOne(messenger(), 'peer:1', { text }));
    expect(error).toMatchObject({ kind: 'permanent', code: 'vk_too_long' });
    expect(error.message).toBe('The text has 9001 characters. VK takes at most 9000 in a private message.');
    expect(running.sandbox.vk.requests()).toBe(0);
    expect(await rejection(sendOne(messenger(), 'peer:1', { text: 'x'.repeat(9_000) }))).toMatchObject({ code: 'vk_914' });
  });
});

describe.each(['-12345', 'peer:12345'])('to %s', (address) => {
  it('HTML alone is sent as plain text', async () => {
    const html = '<p>Order <b>7</b> &amp; more</p><p>See <a href="https://example.com/7">here</a><img src="x.png"></p>';
    expect(await asked(address, { text: '', html })).toMatchObject({
      message: 'Order 7 & more\n\nSee here [https://example.com/7]',
    });
  });

  it('HTML beside a text is ignored', async () => {
    expect(await asked(address, { text: 'Text', html: '<p>Markup</p>' })).toMatchObject({ message: 'Text' });
  });

  it.each([
    ['no text', { text: '' }],
    ['spaces', { text: ' \n ' }],
    ['HTML that shows nothing', { text: '', html: '<p> </p><img src="x.png">' }],
  ])('an empty message is refused: %s', async (_, content) => {
    expect(await rejection(sendOne(messenger(), address, content))).toMatchObject({ kind: 'permanent', code: 'vk_empty' });
    expect(running.sandbox.vk.requests()).toBe(0);
  });

  it('a link that is not a URL is refused', async () => {
    const error = await rejection(sendOne(messenger(), address, { text: 'News', link: 'photo1_2,https://example.com' }));
    expect(error).toMatchObject({ kind: 'permanent', code: 'vk_link' });
    expect(running.sandbox.vk.requests()).toBe(0);
  });
});
