import type { Content, Session } from '@sitemessage/core';
import type { InboxMessage } from '@sitemessage/sandbox';
import { delivery, never, rejection } from '@sitemessage/test-support';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smtp } from '../src/index.ts';
import { sandboxed } from './sandboxed.ts';
import { startTokenEndpoint } from './token-endpoint.ts';

const running = sandboxed();
let session: Session;
beforeAll(async () => {
  const options = running.sandbox.smtp.options;
  session = await smtp({ ...options, connections: 1, headers: { 'X-Shop': 'main', 'X-Kind': 'mail' } }).open(never());
});
afterAll(() => session.close?.());

const sent = async (content: Partial<Content> = {}): Promise<InboxMessage> => {
  await session.send(delivery('ann@example.com', content), never());
  const [mail] = running.sandbox.inbox.to('ann@example.com');
  return mail ?? expect.fail('nothing came');
};
/** Returns the headers of a mail as the server received them, unfolded. */
const head = ({ raw }: InboxMessage): string => (raw.split('\r\n\r\n', 1)[0] ?? '').replaceAll(/\r\n[ \t]+/g, ' ');

describe('the address fields of a mail', () => {
  it('are the sender of the options and one recipient', async () => {
    const mail = await sent({ subject: 'Hi' });
    expect(head(mail)).toContain('From: Sandbox <sandbox@example.com>');
    expect(head(mail)).toContain('To: ann@example.com');
    expect(mail.headers).not.toHaveProperty('reply-to');
    expect(mail.headers).not.toHaveProperty('cc');
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('are those of the message where it has them', async () => {
    const mail = await sent({ smtp: { from: 'Ann, of the shop <ann@shop.example.com>', replyTo: 'Help <help@example.com>' } });
    expect(mail.from).toBe('ann@shop.example.com');
    expect(mail.headers['reply-to']).toBe('Help <help@example.com>');
    expect(mail.headers['message-id']).toMatch(/@shop\.example\.com>$/);
  });

  it('send answers to `replyTo` of the options', async () => {
    const other = await smtp({ ...running.sandbox.smtp.options, replyTo: 'help@example.com' }).open(never());
    await other.send(delivery('ann@example.com'), never());
    await other.close?.();
    expect(running.sandbox.inbox.to('ann@example.com')[0]?.headers['reply-to']).toBe('help@example.com');
  });

  it('show copies to everybody, and blind copies to nobody', async () => {
    const mail = await sent({ smtp: { cc: ['bob@example.org'], bcc: ['carl@example.org', 'dora@example.org'] } });
    expect(running.sandbox.inbox.all().map(({ address }) => address)).toEqual([
      'ann@example.com',
      'bob@example.org',
      'carl@example.org',
      'dora@example.org',
    ]);
    expect(mail.headers.cc).toBe('bob@example.org');
    for (const { raw } of running.sandbox.inbox) expect(raw).not.toMatch(/bcc|carl|dora/i);
  });

  it('report a refused recipient although the server takes a copy', async () => {
    running.sandbox.smtp.fail({ at: 'rcpt', reply: '550 5.1.1 No such user', to: 'ann@example.com' });
    const refused = session.send(delivery('ann@example.com', { smtp: { bcc: ['bob@example.org'] } }), never());
    expect(await rejection(refused)).toMatchObject({ kind: 'permanent', code: 'smtp_recipient_unknown', recipientGone: true });
    expect(running.sandbox.inbox.to('ann@example.com')).toEqual([]);
  });

  it('do not report a refused copy', async () => {
    running.sandbox.smtp.fail({ at: 'rcpt', reply: '550 5.1.1 No such user', to: 'bob@example.org' });
    await sent({ smtp: { cc: ['bob@example.org'] } });
    expect(running.sandbox.inbox.all()).toHaveLength(1);
  });

  it('have a domain of another script in ASCII', async () => {
    await session.send(delivery('zoë@xn--bcher-kva.example'), never());
    expect(running.sandbox.inbox.to('zoë@xn--bcher-kva.example')).toHaveLength(1);
  });
});

describe('headers', () => {
  it('of the options are in every mail. Those of the message come beside them, or replace them', async () => {
    const { headers } = await sent({ smtp: { headers: { 'X-Kind': 'order', 'X-Order': '7' } } });
    expect(headers).toMatchObject({ 'x-shop': 'main', 'x-kind': 'order', 'x-order': '7' });
  });

  it('hold the id of the dispatch, the same on every attempt, under the domain of the sender', async () => {
    const mail = delivery('ann@example.com');
    await session.send(mail, never());
    await session.send({ ...mail, attempt: 2 }, never());
    const ids = running.sandbox.inbox.all().map(({ headers }) => headers['message-id']);
    expect(ids).toEqual([`<${mail.id}@example.com>`, `<${mail.id}@example.com>`]);
  });

  it('tell how to unsubscribe when there is a URL', async () => {
    const mail = await sent({ unsubscribeUrl: 'https://example.com/u/1?t=a%20b' });
    expect(head(mail)).toContain('List-Unsubscribe: <https://example.com/u/1?t=a%20b>');
    expect(head(mail)).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  });

  it('have a URL of another script in ASCII, and never fold within it', async () => {
    const path = 'ü'.repeat(100);
    const mail = await sent({ unsubscribeUrl: `https://bücher.example/${path}` });
    expect(head(mail)).toContain(`List-Unsubscribe: <https://xn--bcher-kva.example/${encodeURIComponent(path)}>`);
  });

  it('offer one click for https only', async () => {
    const mail = await sent({ unsubscribeUrl: 'http://example.com/u/1' });
    expect(head(mail)).toContain('List-Unsubscribe: <http://example.com/u/1>');
    expect(head(mail)).not.toContain('List-Unsubscribe-Post');
  });

  it('say nothing of it without a URL', async () => {
    expect(head(await sent())).not.toMatch(/unsubscribe/i);
  });
});

describe('the subject', () => {
  it('is that of the message', async () => {
    expect(
      (await sent({ subject: 'Grüße, 世界 — a subject that is longer than one line of a header may be: '.repeat(3).trim() })).subject,
    ).toBe('Grüße, 世界 — a subject that is longer than one line of a header may be: '.repeat(3).trim());
  });

  it('is the first line of the text when there is none', async () => {
    expect((await sent({ text: '\n  Your order\nis on its way.' })).subject).toBe('Your order');
  });

  it('is cut when that line is long, but never within a character', async () => {
    expect((await sent({ text: `${'a'.repeat(76)}😀 and more` })).subject).toBe(`${'a'.repeat(76)}…`);
  });

  it('may be empty', async () => {
    expect((await sent({ subject: '' })).subject ?? '').toBe('');
  });

  it.each([
    '=?utf-8?Q?Free_money?=',
    'Re: =?utf-8?B?SGk=?= and more',
    '=?utf-8?Q?a b?=',
    'Größe =?utf-8?Q?Free_money?=',
    'a  b',
    '  a ',
    'a\tb',
    `a${' '.repeat(200)}b`,
  ])('is shown as it was written: %j', async (subject) => {
    const mail = await sent({ subject });
    expect(mail.subject).toBe(subject);
    expect(mail.raw).not.toMatch(/^[ \t]+$/m);
  });
});

describe('the text', () => {
  it('is made from the HTML when the message has none', async () => {
    const html = '<h1>Order 7</h1><p>It is <b>on its way</b>, <a href="https://example.com/7">see here</a>.</p><img src="cid:logo" alt="">';
    const mail = await sent({ text: '', html, subject: 'Order 7' });
    expect(mail.html).toContain('<b>on its way</b>');
    expect(mail.text).toContain('Order 7');
    expect(mail.text).toContain('It is on its way, see here [https://example.com/7].');
    expect(mail.text).not.toContain('cid:');
  });

  it('keeps the letters of a heading, which may be a code, and separates cells', async () => {
    const html = '<h1>CODE: AX9B-Straße</h1><table><tr><td>Apples</td><td>2</td></tr><tr><td>Pears</td><td>3</td></tr></table>';
    expect((await sent({ text: '', html })).text).toBe('CODE: AX9B-Straße\n\nApples  2\nPears  3');
  });

  it('is made from nested tables in little time', async () => {
    const html = '<table><tr><td>'.repeat(21_000);
    const start = performance.now();
    expect((await sent({ text: '', html: `${html}Hello` })).text).toBe('Hello');
    expect(performance.now() - start).toBeLessThan(1_500);
  });

  it('gives the subject to a mail without one', async () => {
    expect((await sent({ text: '', html: '<p>Your order</p><p>is on its way.</p>' })).subject).toBe('Your order');
  });

  it('stays beside the HTML when the message has both', async () => {
    const mail = await sent({ text: 'In short', html: '<p>At length</p>' });
    expect(mail.text).toBe('In short');
    expect(mail.html).toContain('At length');
    expect(mail.headers['content-type']).toMatch(/^multipart\/alternative/);
  });

  it('is the only part of a mail without HTML', async () => {
    const mail = await sent({ text: 'Línea\n.\n..two dots' });
    expect(mail.text).toBe('Línea\n.\n..two dots');
    expect(mail.html).toBeUndefined();
    expect(mail.headers['content-type']).toMatch(/^text\/plain/);
  });

  it('loads nothing that the HTML names', async () => {
    const mail = await sent({ html: '<img src="file:///etc/hostname"><img src="http://127.0.0.1:1/x.png">' });
    expect(mail.attachments).toEqual([]);
  });
});

describe('a line of a header', () => {
  const long = 'x'.repeat(2_000);
  const file = { filename: 'a.txt', content: 'a' };

  it.each<[string, Partial<Content>]>([
    ['an ASCII subject', { subject: long }],
    ['a subject of another script', { subject: 'ж'.repeat(2_000) }],
    ['a first line', { text: long }],
    ['a subject of words', { subject: 'word '.repeat(1_000).trim() }],
    ['a header of words', { smtp: { headers: { 'X-Words': 'word '.repeat(1_000).trim() } } }],
    ['a header of another script', { smtp: { headers: { 'X-Words': 'ж'.repeat(800) } } }],
    ['a name of words', { smtp: { from: `${'word '.repeat(300)}<a@example.com>` } }],
    ['a name of another script', { smtp: { from: `${'ж'.repeat(800)} <a@example.com>` } }],
    ['many copies', { smtp: { cc: Array.from({ length: 100 }, (_, index) => `bob${index}@example.org`) } }],
    ['a file of a long name', { attachments: [{ ...file, filename: `${'y'.repeat(255)}.txt` }] }],
    ['a file of another script', { attachments: [{ ...file, filename: `${'ж'.repeat(255)}.txt` }] }],
    ['a long way to unsubscribe', { unsubscribeUrl: `https://example.com/${'u'.repeat(975)}` }],
  ])('has 998 bytes at most: %s', async (_, content) => {
    const mail = await sent(content);
    expect(Math.max(...mail.raw.split('\r\n').map((line) => Buffer.byteLength(line, 'latin1')))).toBeLessThanOrEqual(998);
    if (content.subject !== undefined) expect(mail.subject).toBe(content.subject);
  });

  it.each<[string, Partial<Content>]>([
    ['smtp.headers', { smtp: { headers: { 'X-Long': long } } }],
    ['smtp.headers', { smtp: { headers: { 'X-Long': `a ${long} b` } } }],
    ['smtp.headers', { smtp: { headers: { [`X-${long}`]: 'a' } } }],
    ['smtp.from', { smtp: { from: `${long} <a@example.com>` } }],
    ['smtp.from', { smtp: { from: `"${long}," <a@example.com>` } }],
    ['smtp.replyTo', { smtp: { replyTo: `${long} <a@example.com>` } }],
    ['attachments.filename', { attachments: [{ ...file, filename: long }] }],
    ['attachments.contentType', { attachments: [{ ...file, contentType: `text/${long}` }] }],
    ['attachments.contentId', { attachments: [{ ...file, contentId: long }] }],
    ['unsubscribeUrl', { unsubscribeUrl: `https://example.com/${long}` }],
  ])('that cannot be folded into short lines is refused: %s', async (name, content) => {
    const error = await rejection(session.send(delivery('ann@example.com', content), never()));
    expect(error).toMatchObject({ kind: 'permanent', code: 'smtp_content', message: expect.stringContaining(`\`${name}\``) });
    expect(error.message).not.toContain(long);
    expect(running.sandbox.inbox.all()).toEqual([]);
  });
});

describe('a mail without text and HTML', () => {
  it.each<Partial<Content>>([{ text: '' }, { text: ' \r\n ' }, { text: '', html: '' }, { text: '', subject: 'Hi', html: ' ' }])(
    'is refused: %j',
    async (content) => {
      const error = await rejection(session.send(delivery('ann@example.com', content), never()));
      expect(error).toMatchObject({ kind: 'permanent', code: 'smtp_content', message: expect.stringContaining('`text`') });
      expect(running.sandbox.inbox.all()).toEqual([]);
    },
  );

  it('goes out with an attachment', async () => {
    const mail = await sent({ text: '', subject: 'Scan', attachments: [{ filename: 'scan.pdf', content: 'pdf' }] });
    expect(mail.attachments).toHaveLength(1);
  });
});

describe('attachments', () => {
  it('arrive unchanged, with their names and types', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const mail = await sent({
      attachments: [
        { filename: 'Rechnung für März.txt', content: 'zu zahlen: 7 €' },
        { filename: 'data.bin', content: bytes, contentType: 'application/x-data' },
      ],
    });
    expect(mail.attachments.map(({ filename, contentType }) => [filename, contentType])).toEqual([
      ['Rechnung für März.txt', 'text/plain'],
      ['data.bin', 'application/x-data'],
    ]);
    expect(Buffer.from(mail.attachments[0]?.content ?? []).toString()).toBe('zu zahlen: 7 €');
    expect([...(mail.attachments[1]?.content ?? [])]).toEqual([...bytes]);
  });

  it('with a content id are inline images of the HTML', async () => {
    const content = Buffer.from('png');
    const mail = await sent({ html: '<img src="cid:logo">', attachments: [{ filename: 'logo.png', content, contentId: 'logo' }] });
    expect(mail.attachments).toMatchObject([{ filename: 'logo.png', contentType: 'image/png', contentId: 'logo' }]);
    expect(mail.raw).toMatch(/multipart\/related/);
    expect(mail.raw).toMatch(/Content-Disposition: inline/);
  });
});

describe('content that could change another part of the mail', () => {
  const file = { filename: 'a.txt', content: 'a' };
  it.each<readonly [string, Partial<Content>]>([
    ['subject', { subject: 'Hi\r\nBcc: eve@example.com' }],
    ['subject', { subject: 'Hi\nthere' }],
    ['subject', { subject: 'Hi\0' }],
    ['smtp.from', { smtp: { from: 'A <a@example.com>\r\nBcc: eve@example.com' } }],
    ['smtp.from', { smtp: { from: 'a@example.com, b@example.com' } }],
    ['smtp.from', { smtp: { from: 'nobody' } }],
    ['smtp.replyTo', { smtp: { replyTo: 'a@example.com\nX: y' } }],
    ['smtp.cc', { smtp: { cc: ['bob@example.com\r\nBcc: eve@example.com'] } }],
    ['smtp.cc', { smtp: { cc: 'bob@example.com' as never } }],
    ['smtp.bcc', { smtp: { bcc: ['bob@example.com, eve@example.com'] } }],
    ['smtp.headers', { smtp: { headers: { 'X-Order': '7\r\nBcc: eve@example.com' } } }],
    ['smtp.headers', { smtp: { headers: { 'X-Order:\r\nBcc': 'eve@example.com' } } }],
    ['smtp.headers', { smtp: { headers: { 'X Order': '7' } } }],
    ['smtp.headers', { smtp: { headers: { Bcc: 'eve@example.com' } } }],
    ['smtp.headers', { smtp: { headers: { 'content-TYPE': 'text/html' } } }],
    ['smtp.headers', { smtp: { headers: { 'X-Order': 7 as never } } }],
    ['attachments.filename', { attachments: [{ ...file, filename: 'a.txt"\r\nX: y' }] }],
    ['attachments.contentType', { attachments: [{ ...file, contentType: 'text/plain\r\nX: y' }] }],
    ['attachments.contentId', { attachments: [{ ...file, contentId: 'logo\r\nX: y' }] }],
    ['unsubscribeUrl', { unsubscribeUrl: 'https://example.com/>\r\nX: y' }],
    ['unsubscribeUrl', { unsubscribeUrl: 'https://exa mple.com/' }],
    ['unsubscribeUrl', { unsubscribeUrl: 'mailto:eve@example.com' }],
    ['attachments.contentType', { attachments: [{ ...file, contentType: 'multipart/mixed; boundary=a' }] }],
    ['attachments.content', { attachments: [{ ...file, contentType: 'message/rfc822', content: `Subject: a\r\n\r\n${'x'.repeat(999)}` }] }],
    ['attachments.content', { attachments: [{ ...file, contentType: 'message/rfc822', content: 'Subject: a\r\n\r\n\0' }] }],
    ['unsubscribeUrl', { unsubscribeUrl: 'https://:/' }],
  ])('is refused with the name of the part, and nothing is sent: %s in %j', async (name, content) => {
    const error = await rejection(session.send(delivery('ann@example.com', content), never()));
    expect(error).toMatchObject({ kind: 'permanent', code: 'smtp_content', message: expect.stringContaining(`\`${name}\``) });
    expect(running.sandbox.inbox.all()).toEqual([]);
  });
});

describe('a part of the wrong type', () => {
  const attachments = (given: unknown) => ({ attachments: given }) as Partial<Content>;
  const file = { filename: 'a.txt', content: 'a' };
  it.each<readonly [string, object, string]>([
    ['subject', { subject: 7 }, 'must be a string'],
    ['subject', { subject: null }, 'must be a string'],
    ['text', { text: undefined }, 'must be a string'],
    ['text', { text: Buffer.from('Hello') }, 'must be a string, not bytes. Give `buffer.toString()`'],
    ['text', { text: Promise.resolve('Hello') }, 'must be a string, not a promise. Await it first'],
    ['text', { text: ' [object Object]\n' }, 'is "[object Object]", which is an object that became a text. Give the field that you meant'],
    ['html', { text: '', html: Buffer.from('<p>Hello</p>') }, 'not bytes'],
    ['html', { text: '', html: '[object Object]' }, 'an object that became a text'],
    ['subject', { subject: '[object Object]' }, 'an object that became a text'],
    ['subject', { subject: new Uint8Array(2) }, 'not bytes'],
    ['attachments.filename', attachments([{ ...file, filename: '[object Object]' }]), 'an object that became a text'],
    ['attachments.content', attachments([{ ...file, content: '[object Object]' }]), 'an object that became a text'],
    ['smtp.from', { smtp: { from: Buffer.from('a@example.com') } }, 'not bytes'],
    ['smtp.from', { smtp: { from: '[object Object]' } }, 'an object that became a text'],
    ['smtp.from', { smtp: { from: '[object Object] <a@example.com>' } }, 'an object that became a text'],
    ['smtp.replyTo', { smtp: { replyTo: { name: 'A', address: 'a@example.com' } } }, 'such as `The shop <shop@example.com>`'],
    ['smtp.cc', { smtp: { cc: ['[object Object]'] } }, 'an object that became a text'],
    ['smtp.headers', { smtp: { headers: { 'X-Order': '[object Object]' } } }, 'an object that became a text'],
    ['smtp.replyto', { smtp: { replyto: 'help@example.com' } }, 'is not known. Did you mean `smtp.replyTo`?'],
    ['smtp.reply-to', { smtp: { 'reply-to': 'help@example.com' } }, 'is not known. Did you mean `smtp.replyTo`?'],
    ['smtp.CC', { smtp: { CC: ['help@example.com'] } }, 'is not known. Did you mean `smtp.cc`?'],
    ['smtp.sender', { smtp: { sender: 'a@example.com' } }, 'is not known. The parts are from, replyTo, cc, bcc, headers.'],
    ['html', { html: 7 }, 'must be a string'],
    ['html', { text: '', html: { markup: '<p>Hello</p>' } }, 'must be a string'],
    ['unsubscribeUrl', { unsubscribeUrl: 7 }, 'must be an http or https URL'],
    ['attachments', attachments(file), 'must be a list of { filename, content }'],
    ['attachments', attachments('a.txt'), 'must be a list of { filename, content }'],
    ['attachments', attachments([null]), 'must be a list of { filename, content }'],
    ['attachments', attachments(['a.txt']), 'must be a list of { filename, content }'],
    ['attachments.filename', attachments([file, { content: 'a' }]), 'is missing'],
    ['attachments.filename', attachments([{ ...file, filename: '' }]), 'is missing'],
    ['attachments.filename', attachments([{ ...file, filename: 7 }]), 'must be a string'],
    ['attachments.content', attachments([{ filename: 'a.txt' }]), 'must be a string or a Uint8Array'],
    ['attachments.content', attachments([{ ...file, content: { type: 'Buffer', data: [72, 105] } }]), 'must be a string or a Uint8Array'],
    ['attachments.content', attachments([{ ...file, content: [72, 105] }]), 'must be a string or a Uint8Array'],
    ['attachments.content', attachments([{ ...file, content: { path: import.meta.filename } }]), 'must be a string or a Uint8Array'],
    ['attachments.contentType', attachments([{ ...file, contentType: 7 }]), 'must be a string'],
    ['attachments.contentId', attachments([{ ...file, contentId: { id: 'logo' } }]), 'must be a string'],
    ['smtp', { smtp: 'help@example.com' }, 'must be an object'],
    ['smtp.headers', { smtp: { headers: 'X-Order: 7' } }, 'must be an object of names and values'],
    ['smtp.headers', { smtp: { headers: ['X-Order: 7'] } }, 'must be an object of names and values'],
    ['smtp.cc', { smtp: { cc: [7] } }, 'must be a string'],
  ])('is refused with the name of the part, and nothing is sent: %s in %j', async (name, content, words) => {
    const error = await rejection(session.send(delivery('ann@example.com', content), never()));
    expect(error).toMatchObject({ kind: 'permanent', code: 'smtp_content', message: expect.stringContaining(`\`${name}\``) });
    expect(error.message).toContain(words);
    expect(running.sandbox.inbox.all()).toEqual([]);
  });

  const noAddress = 'must be an address, such as `The shop <shop@example.com>`.';
  it.each<readonly [object, string]>([
    [{ from: 'x' }, `\`smtp.from\` ${noAddress}`],
    [{ replyTo: 'x' }, `\`smtp.replyTo\` ${noAddress}`],
    [{ cc: 'bob@example.com' }, '`smtp.cc` must be a list of addresses.'],
    [{ cc: ['x'] }, '`smtp.cc` is wrong. The e-mail address ("x") must look like name@example.com.'],
    [{ bcc: [''] }, '`smtp.bcc` is wrong. The e-mail address is empty.'],
  ])('is refused with the reason: %j', async (extra, message) => {
    const error = await rejection(session.send(delivery('ann@example.com', { smtp: extra }), never()));
    expect(error.message).toBe(message);
  });

  it('is not refused when it is empty or left out', async () => {
    const content = { subject: undefined, html: undefined, attachments: [], smtp: undefined } as unknown as Partial<Content>;
    expect((await sent({ ...content, text: 'Hello' })).text).toBe('Hello');
  });
});

describe('content that names a file or a URL', () => {
  it('is not read, and nothing is sent', async () => {
    await using elsewhere = await startTokenEndpoint({});
    for (const source of [{ path: import.meta.filename }, { href: elsewhere.url }]) {
      for (const content of [{ html: source }, { text: source }, { attachments: [{ filename: 'a.txt', ...source }] }]) {
        const error = await rejection(session.send(delivery('ann@example.com', { subject: 'Hi', ...(content as object) }), never()));
        expect(error).toMatchObject({ code: 'smtp_content' });
      }
    }
    expect(running.sandbox.inbox.all()).toEqual([]);
    expect(elsewhere.asked()).toEqual([]);
  });
});

describe('the receipt', () => {
  it('has an id that no other mail has', async () => {
    const receipts = [await session.send(delivery('ann@example.com'), never()), await session.send(delivery('ann@example.com'), never())];
    expect(new Set(receipts.map(({ providerId }) => providerId)).size).toBe(2);
  });

  it('has the id that the server names', async () => {
    running.sandbox.smtp.fail({ at: 'taken', reply: '250 2.0.0 OK queued as 4F8D1A2.B' });
    expect(await session.send(delivery('ann@example.com'), never())).toEqual({ providerId: '4F8D1A2.B' });
  });
});
