import { rejection, sandboxed } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { type TelegramContent, type TelegramOptions, telegram } from '../src/index.ts';
import { sendOne } from './sending.ts';

const running = sandboxed('telegram');
const messenger = (options: Partial<TelegramOptions> = {}) => telegram({ ...running.sandbox.telegram.options, ...options });
const [bold, plain] = ['<b>Hi</b> &amp; bye', '*Hi* & bye'];

/** Returns the parameters of the only request. */
function asked(): Readonly<Record<string, unknown>> {
  const messages = running.sandbox.inbox.all();
  expect(messages).toHaveLength(1);
  return JSON.parse(messages[0]?.raw ?? '');
}

describe('a text', () => {
  it('is sent as it is, with no other parameter', async () => {
    await sendOne(messenger(), { text: '<b>1 < 2</b> & *not bold* &amp;' });
    expect(asked()).toEqual({ chat_id: 12_345_678, text: '<b>1 < 2</b> & *not bold* &amp;' });
    expect(running.sandbox.inbox.all()).toMatchObject([{ address: '12345678', text: '<b>1 < 2</b> & *not bold* &amp;' }]);
  });

  it.each([
    ['12345678', 12_345_678],
    ['-1001234567890', -1_001_234_567_890],
    ['@mychannel', '@mychannel'],
  ])('to %s names its chat', async (address, chat_id) => {
    await sendOne(messenger(), {}, address);
    expect(asked()).toMatchObject({ chat_id });
  });

  it('has an id of chat and message', async () => {
    expect(await sendOne(messenger())).toEqual({ providerId: expect.stringMatching(/^12345678:\d+$/) });
  });
});

describe('the format', () => {
  const both = { text: plain, html: bold };
  it.each<[string, TelegramOptions['parseMode'], TelegramContent['parseMode'], { text: string; html?: string }, object]>([
    ['is the text, unless something else is asked for', undefined, undefined, both, { text: plain }],
    ['is the text with `plain`', 'plain', undefined, both, { text: plain }],
    ['is HTML with `HTML`', 'HTML', undefined, both, { text: bold, parse_mode: 'HTML' }],
    ['is the text with `HTML` where there is no HTML', 'HTML', undefined, { text: plain }, { text: plain }],
    ['is HTML where there is nothing else', 'plain', undefined, { text: '', html: bold }, { text: bold, parse_mode: 'HTML' }],
    [
      'is HTML where there is nothing else, also with `MarkdownV2`',
      'MarkdownV2',
      undefined,
      { text: '', html: bold },
      { parse_mode: 'HTML' },
    ],
    ['is markup with `MarkdownV2`', 'MarkdownV2', undefined, { text: '*Hi*' }, { text: '*Hi*', parse_mode: 'MarkdownV2' }],
    ['of a message goes before that of the messenger', 'plain', 'HTML', both, { text: bold, parse_mode: 'HTML' }],
    ['of a message may be the text again', 'HTML', 'plain', both, { text: plain }],
    ['of a message may be markup', 'HTML', 'MarkdownV2', { text: '_Hi_' }, { text: '_Hi_', parse_mode: 'MarkdownV2' }],
  ])('%s', async (_, ofMessenger, ofMessage, content, expected) => {
    const given = { ...content, ...(ofMessage && { telegram: { parseMode: ofMessage } }) };
    await sendOne(messenger(ofMessenger && { parseMode: ofMessenger }), given);
    expect(asked()).toMatchObject(expected);
    expect('parse_mode' in asked()).toBe('parse_mode' in expected);
  });

  it('reaches the reader without its markup', async () => {
    await sendOne(messenger({ parseMode: 'HTML' }), { text: '', html: bold });
    await sendOne(messenger({ parseMode: 'MarkdownV2' }), { text: '*Hi* _there_\\!' });
    expect(running.sandbox.inbox.all().map(({ text }) => text)).toEqual(['Hi & bye', 'Hi there!']);
  });

  it.each([
    ['HTML', { text: '', html: '<p>Hi</p>' }],
    ['MarkdownV2', { text: 'Hi!' }],
  ] as const)('%s that Telegram refuses fails for good, in its words', async (parseMode, content) => {
    expect(await rejection(sendOne(messenger({ parseMode }), content))).toMatchObject({
      kind: 'permanent',
      code: 'telegram_markup',
      message: expect.stringContaining("can't parse entities: "),
    });
  });
});

describe('the Telegram part of a message', () => {
  it.each<[string, TelegramContent, object]>([
    [
      'buttons',
      {
        buttons: [
          [
            { text: 'Yes', url: 'https://example.com/y' },
            { text: 'No', url: 'https://example.com/n' },
          ],
          [{ text: 'Help', url: 'tg://user?id=7' }],
        ],
      },
      {
        reply_markup: {
          inline_keyboard: [
            [
              { text: 'Yes', url: 'https://example.com/y' },
              { text: 'No', url: 'https://example.com/n' },
            ],
            [{ text: 'Help', url: 'tg://user?id=7' }],
          ],
        },
      },
    ],
    ['silent', { silent: true }, { disable_notification: true }],
    ['not silent', { silent: false }, { disable_notification: false }],
    ['no link preview', { linkPreview: false }, { link_preview_options: { is_disabled: true } }],
    ['a link preview, which is the default', { linkPreview: true }, {}],
    ['protect', { protect: true }, { protect_content: true }],
    ['a topic', { topic: 42 }, { message_thread_id: 42 }],
    [
      'all at once',
      { silent: true, protect: true, topic: 1, linkPreview: false },
      { disable_notification: true, protect_content: true, message_thread_id: 1, link_preview_options: { is_disabled: true } },
    ],
  ])('%s', async (_, content, expected) => {
    await sendOne(messenger(), { text: 'Hi', telegram: content });
    expect(asked()).toEqual({ chat_id: 12_345_678, text: 'Hi', ...expected });
  });

  it('adds no parameter when it is empty', async () => {
    await sendOne(messenger(), { text: 'Hi', telegram: {} });
    expect(asked()).toEqual({ chat_id: 12_345_678, text: 'Hi' });
  });

  it('that Telegram refuses fails for good', async () => {
    const buttons = [[{ text: '', url: 'https://example.com/' }]];
    expect(await rejection(sendOne(messenger(), { telegram: { buttons } }))).toMatchObject({ kind: 'permanent', code: 'telegram_buttons' });
  });
});

describe('a photo', () => {
  const bytes = Uint8Array.from({ length: 512 }, (_, index) => index % 256);
  const file = { filename: 'photo (1) "ö".png', content: bytes };

  it.each(['https://example.com/a.png', 'AgACAgIAAxkBAAMCZ_file-id'])('by %s has the text as its caption', async (photo) => {
    await sendOne(messenger(), { text: 'A cat', telegram: { photo, silent: true } });
    expect(asked()).toEqual({ chat_id: 12_345_678, photo, caption: 'A cat', disable_notification: true });
    expect(running.sandbox.inbox.all()).toMatchObject([{ text: 'A cat', headers: { photo } }]);
  });

  it('from memory arrives unchanged, with the other parts of the message', async () => {
    const buttons = [[{ text: 'Öffnen', url: 'https://example.com/' }]];
    const before = running.sandbox.telegram.requests();
    await sendOne(messenger({ parseMode: 'HTML' }), {
      text: '',
      html: 'A <b>cat</b> ö',
      telegram: { photo: file, buttons, silent: true, protect: true, topic: 7 },
    });
    expect(running.sandbox.telegram.requests()).toBe(before + 1);
    const [message, ...others] = running.sandbox.inbox.all();
    expect(others).toEqual([]);
    expect(message).toMatchObject({ address: '12345678', text: 'A cat ö', html: 'A <b>cat</b> ö' });
    expect(message?.attachments).toMatchObject([{ filename: file.filename }]);
    expect(message?.attachments[0]?.content).toEqual(bytes);
    const raw = Buffer.from(message?.raw ?? '', 'latin1').toString();
    for (const part of [
      'name="reply_markup"\r\n\r\n{"inline_keyboard":[[{"text":"Öffnen"',
      'name="message_thread_id"\r\n\r\n7\r\n',
      'name="protect_content"\r\n\r\ntrue\r\n',
    ]) {
      expect(raw).toContain(part);
    }
  });

  it('in a Buffer inside a larger one does not send the rest of it', async () => {
    const content = Buffer.from('before the photo after').subarray(7, 16);
    await sendOne(messenger(), { telegram: { photo: { filename: 'a.png', content } } });
    expect(Buffer.from(running.sandbox.inbox.all()[0]?.attachments[0]?.content ?? []).toString()).toBe('the photo');
  });

  it('needs no text', async () => {
    await sendOne(messenger(), { text: '', telegram: { photo: 'https://example.com/a.png' } });
    expect(asked()).toEqual({ chat_id: 12_345_678, photo: 'https://example.com/a.png' });
  });

  it.each(['fail', 'split'] as const)('with a caption that is too long is refused, without a request (%s)', async (onTooLong) => {
    const before = running.sandbox.telegram.requests();
    const photo = 'https://example.com/a.png';
    const error = await rejection(sendOne(messenger({ onTooLong }), { text: 'x'.repeat(1_025), telegram: { photo } }));
    expect(error).toMatchObject({ kind: 'permanent', code: 'telegram_too_long' });
    expect(error.message).toBe('The text has 1025 characters. Telegram takes at most 1024 under a photo.');
    expect(running.sandbox.telegram.requests()).toBe(before);
    await sendOne(messenger({ onTooLong }), { text: 'x'.repeat(1_024), telegram: { photo } });
  });

  it('that is not a photo is refused for good', async () => {
    expect(await rejection(sendOne(messenger(), { telegram: { photo: 'ftp://example.com/a.png' } }))).toMatchObject({
      kind: 'permanent',
      code: 'telegram_photo',
    });
  });
});

describe('the longest text', () => {
  /** Kinds of texts, each made of `count` visible characters. */
  const kinds: readonly (readonly [string, TelegramOptions['parseMode'], (count: number) => { text: string; html?: string }])[] = [
    ['letters', 'plain', (count) => ({ text: 'x'.repeat(count) })],
    ['characters of two UTF-16 units', 'plain', (count) => ({ text: '😀'.repeat(count) })],
    ['letters of HTML', 'HTML', (count) => ({ text: '', html: `<b></b>${'x'.repeat(count)}` })],
    ['entities', 'HTML', (count) => ({ text: '', html: '&amp;'.repeat(count) })],
    ['numeric entities', 'HTML', (count) => ({ text: '', html: '&#128512;&#x41;'.repeat(count / 2) + (count % 2 === 1 ? '&lt' : '') })],
    [
      'letters of a malformed entity',
      'HTML',
      (count) => ({ text: '', html: `${'&#00000065;'.repeat(372)}${'x'.repeat(count - 372 * 11)}` }),
    ],
    ['letters in tags', 'HTML', (count) => ({ text: '', html: `${'<b>x</b>'.repeat(count / 2)}${'y'.repeat(Math.ceil(count / 2))}` })],
    [
      'letters in links',
      'HTML',
      (count) => ({
        text: '',
        html: `${'<a href="https://example.com/?a=1&amp;b=>">eightest</a>'.repeat(count / 8)}${'y'.repeat(count % 8)}`,
      }),
    ],
  ];

  it.each(kinds)('has 4,096 %s', async (_, parseMode, of) => {
    await sendOne(messenger({ parseMode: parseMode ?? 'plain' }), of(4_096));
    expect([...(running.sandbox.inbox.all()[0]?.text ?? '')]).toHaveLength(4_096);
  });

  it.each(kinds)('has no more: 4,097 %s are refused, without a request', async (_, parseMode, of) => {
    const before = running.sandbox.telegram.requests();
    const error = await rejection(sendOne(messenger({ parseMode: parseMode ?? 'plain' }), of(4_097)));
    expect(error).toMatchObject({ kind: 'permanent', code: 'telegram_too_long' });
    expect(error.message).toBe('The text has 4097 characters. Telegram takes at most 4096.');
    expect(running.sandbox.telegram.requests()).toBe(before);
  });

  it.each(['fail', 'split'] as const)('of MarkdownV2 is left to Telegram (%s)', async (onTooLong) => {
    const send = (text: string) => sendOne(messenger({ parseMode: 'MarkdownV2', onTooLong }), { text });
    await send('\\.'.repeat(4_096));
    expect(await rejection(send('x'.repeat(4_097)))).toMatchObject({ kind: 'permanent', code: 'telegram_too_long' });
    expect(running.sandbox.inbox.all().map(({ text }) => text)).toEqual(['.'.repeat(4_096)]);
  });
});

describe('an empty text', () => {
  it.each([
    ['no text', { text: '' }],
    ['white space', { text: ' \n ' }],
    ['tags', { text: '', html: '<b></b>' }],
    ['white space in tags', { text: '', html: '<b> <i>\n</i></b>&#32;' }],
  ])('is not sent: %s', async (_, content) => {
    const before = running.sandbox.telegram.requests();
    expect(await rejection(sendOne(messenger(), content))).toMatchObject({ kind: 'permanent', code: 'telegram_empty' });
    expect(running.sandbox.telegram.requests()).toBe(before);
  });
});
