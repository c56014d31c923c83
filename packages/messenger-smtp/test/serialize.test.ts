import type { SendMailOptions } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import { describe, expect, it } from 'vitest';
import { serialize } from '../src/serialize.ts';

const headers = { from: 'The shop <shop@example.com>', to: 'ann@example.com', subject: 'Größe', messageId: '<1@example.com>' };
const pixel = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

/** Makes a mail with a fixed seed, from which its boundaries come. */
const compose = (mail: SendMailOptions) => {
  const node = new MailComposer({ ...headers, date: new Date(0), baseBoundary: 'seed', ...mail }).compile();
  return node;
};

describe('a serialized mail has the bytes that nodemailer writes', () => {
  it.each<[string, SendMailOptions]>([
    ['plain text', { text: 'Hello' }],
    ['no text at all', { text: '' }],
    ['text with a line break at its end', { text: 'Hello\r\n' }],
    ['lone line feeds', { text: 'one\ntwo\n\n.three' }],
    ['lone carriage returns', { text: 'one\rtwo\r' }],
    ['lines too long for a mail', { text: `${'long '.repeat(400)}\n${'x'.repeat(1_200)}` }],
    ['spaces at the ends of lines', { text: 'Größe \r\nund\t\r\n' }],
    ['another alphabet', { text: 'Привет, Анна! '.repeat(40) }],
    ['a few letters of another alphabet', { text: `${'Good morning. '.repeat(20)}Zoë` }],
    ['emoji', { text: '👩‍👩‍👧‍👦 '.repeat(60) }],
    ['HTML with a text', { text: 'Hello', html: '<p>Hello, <b>Zoë</b></p>' }],
    ['HTML without a text', { html: '<p>Hello</p>' }],
    ['an attachment', { text: 'Hello', attachments: [{ filename: 'größe.bin', content: everyByte }] }],
    ['an attachment of text', { text: 'Hello', attachments: [{ filename: 'a.txt', content: 'one\ntwo', contentType: 'text/plain' }] }],
    ['an attachment with nothing in it', { text: 'Hello', attachments: [{ filename: 'empty.txt', content: '' }] }],
    [
      'an attached mail',
      { text: 'Hello', attachments: [{ filename: 'a.eml', content: 'Subject: a\r\n\r\nö', contentType: 'message/rfc822' }] },
    ],
    [
      'all of these',
      {
        text: 'Hello',
        html: '<img src="cid:logo">',
        attachments: [
          { filename: 'logo.png', content: pixel, cid: 'logo', contentDisposition: 'inline' },
          { filename: 'bill.pdf', content: everyByte },
        ],
      },
    ],
    ['a large attachment', { text: 'Hello', attachments: [{ filename: 'a.bin', content: Buffer.alloc(300_000, everyByte) }] }],
    ['a blind copy, which it does not show', { text: 'Hello', bcc: 'bob@example.org' }],
    ['other headers', { text: 'Hello', headers: { 'X-Long': 'word '.repeat(60), 'List-Unsubscribe': '<https://example.com/u>' } }],
  ])('%s', async (_, mail) => {
    expect(serialize(compose(mail)).content.toString('latin1')).toBe((await compose(mail).build()).toString('latin1'));
  });
});

describe('a serialized mail', () => {
  it('has all of a long text', async () => {
    const text = 'Привет, Анна!\r\n'.repeat(20_000);
    const [, body = ''] = serialize(compose({ text }))
      .content.toString('latin1')
      .split(/\r\n\r\n(.*)/s);
    expect(Buffer.from(body, 'base64').toString()).toBe(text);
  });
});
