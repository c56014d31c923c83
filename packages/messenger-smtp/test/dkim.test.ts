import { generateKeyPairSync } from 'node:crypto';
import type { Content } from '@sitemessage/core';
import { describe, expect, it } from 'vitest';
import { smtp } from '../src/index.ts';
import { verifyDkim } from './dkim.ts';
import { sandboxed } from './sandboxed.ts';
import { sendOne } from './sending.ts';

const running = sandboxed();
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const dkim = {
  domainName: 'example.com',
  keySelector: 'mail2026',
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
};

/** Returns a mail as the server received it. */
async function signed(content: Partial<Content>): Promise<string> {
  await sendOne(smtp({ ...running.sandbox.smtp.options, dkim, headers: { 'X-Shop': 'main' } }), 'ann@example.com', content);
  return running.sandbox.inbox.all()[0]?.raw ?? expect.fail('nothing came');
}

describe('a DKIM signature', () => {
  it.each<readonly [string, Partial<Content>]>([
    ['text', { subject: 'Grüße', text: 'Hello  Ann \n\n.dots\n\n\n' }],
    ['text with line ends of all kinds', { text: 'one\rtwo\n\rthree \r.four\r\nfive\r' }],
    ['text with bare carriage returns that is encoded', { text: 'Grüße\r\rzwei \r' }],
    ['HTML with bare carriage returns', { text: '', html: '<p>one\rtwo</p>\r' }],
    [
      'an attached mail with bare line ends',
      { text: 'Hi', attachments: [{ filename: 'a.eml', contentType: 'message/rfc822', content: 'Subject: a\r\rone\ntwo\r' }] },
    ],
    [
      'an attached mail of bytes with bare line ends',
      { text: 'Hi', attachments: [{ filename: 'a.eml', contentType: 'Message/RFC822', content: Buffer.from('Subject: a\n\rö\r\n') }] },
    ],
    [
      'HTML with an attachment',
      { text: '', html: '<p>Hallo  Zoë</p>', attachments: [{ filename: 'a.bin', content: Buffer.alloc(9_000, 7) }] },
    ],
  ])('is valid for a mail of %s', async (_, content) => {
    const verified = verifyDkim(await signed(content), publicKey);
    expect(verified).toMatchObject({ isValid: true, tags: { d: 'example.com', s: 'mail2026', a: 'rsa-sha256', c: 'relaxed/relaxed' } });
    expect(verified?.signed).toEqual(expect.arrayContaining(['from', 'to', 'subject', 'date', 'message-id', 'content-type']));
  });

  it('covers the headers to unsubscribe, because one click needs it', async () => {
    const raw = await signed({ unsubscribeUrl: 'https://example.com/u/1' });
    const verified = verifyDkim(raw, publicKey);
    expect(verified?.isValid).toBe(true);
    expect(verified?.signed).toEqual(expect.arrayContaining(['list-unsubscribe', 'list-unsubscribe-post']));
    for (const [from, to] of [
      ['https://example.com/u/1', 'https://example.com/u/2'],
      ['List-Unsubscribe=One-Click', 'List-Unsubscribe=Two-Click'],
    ] as const) {
      expect(raw).toContain(from);
      expect(verifyDkim(raw.replace(from, to), publicKey)?.isValid).toBe(false);
    }
  });

  it('becomes invalid when the text, the subject or the sender changes', async () => {
    const raw = await signed({ subject: 'Order 7', text: 'It is on its way.' });
    expect(verifyDkim(raw, publicKey)?.isValid).toBe(true);
    for (const [from, to] of [
      ['on its way', 'on my way'],
      ['Subject: Order 7', 'Subject: Order 8'],
      ['sandbox@example.com', 'eve@example.com'],
    ] as const) {
      expect(verifyDkim(raw.replace(from, to), publicKey)?.isValid).toBe(false);
    }
  });

  it('is not there without the option', async () => {
    await sendOne(smtp(running.sandbox.smtp.options));
    expect(verifyDkim(running.sandbox.inbox.all()[0]?.raw ?? '', publicKey)).toBeUndefined();
  });
});
