import type { Content } from '@sitemessage/core';
import { delivery, never, rejection } from '@sitemessage/test-support';
import { describe, expect, it } from 'vitest';
import { type SmtpOptions, smtp } from '../src/index.ts';
import { startOfferingServer } from './offering-server.ts';
import { sendOne } from './sending.ts';

const options = (port: number): SmtpOptions => ({ host: '127.0.0.1', port, tls: 'none', from: 'shop@bücher.example' });
const attached = (content: string): Partial<Content> => ({
  attachments: [{ filename: 'a.eml', contentType: 'message/rfc822', content }],
});

describe('an address with letters beyond ASCII before the @', () => {
  it('goes to a server that offers SMTPUTF8, with the domain in ASCII', async () => {
    await using server = await startOfferingServer('8BITMIME', 'SMTPUTF8');
    await sendOne(smtp(options(server.port)), 'zoë@xn--bcher-kva.example');
    expect(server.commands()).toContain('MAIL FROM:<shop@xn--bcher-kva.example> SMTPUTF8');
    expect(server.commands()).toContain('RCPT TO:<zoë@xn--bcher-kva.example>');
  });

  it.each<[string, string, Partial<Content>, Partial<SmtpOptions>, kind: string]>([
    ['the address of the recipient', 'zoë@example.com', {}, {}, 'permanent'],
    ['`smtp.from`', 'ann@example.com', { smtp: { from: 'Zoë <zoë@example.com>' } }, {}, 'permanent'],
    ['`smtp.replyTo`', 'ann@example.com', { smtp: { replyTo: 'zoë@example.com' } }, {}, 'permanent'],
    ['`smtp.cc`', 'ann@example.com', { smtp: { cc: ['bob@example.com', 'zoë@example.com'] } }, {}, 'permanent'],
    ['`smtp.bcc`', 'ann@example.com', { smtp: { bcc: ['zoë@example.com'] } }, {}, 'permanent'],
    ['`from`', 'ann@example.com', {}, { from: 'zoë@example.com' }, 'configuration'],
    ['`replyTo`', 'zoë@example.com', {}, { replyTo: 'zoë@example.com' }, 'configuration'],
  ])('does not go to another server: %s', async (name, address, content, changed, kind) => {
    await using server = await startOfferingServer('8BITMIME', 'SIZE 1000000');
    const error = await rejection(sendOne(smtp({ ...options(server.port), ...changed }), address, content));
    expect(error).toMatchObject({ kind, code: 'smtp_not_offered', message: expect.stringContaining(`${name} has letters beyond ASCII`) });
    expect(error.message).toContain('SMTPUTF8');
    expect(server.commands().join('\n')).not.toMatch(/MAIL|RCPT|zo/);
  });

  it('costs no connection: the next mail goes out over it', async () => {
    await using server = await startOfferingServer();
    const session = await smtp({ ...options(server.port), connections: 1 }).open(never());
    await rejection(session.send(delivery('zoë@example.com'), never()));
    await session.send(delivery('ann@example.com'), never());
    await session.close?.();
    expect(server.commands().filter((command) => /^(EHLO|RCPT)/.test(command))).toHaveLength(2);
    expect(server.mails()).toHaveLength(1);
  });
});

describe('a header with letters beyond ASCII', () => {
  it.each<[string, Partial<Content>]>([
    ['Reply-To', { smtp: { replyTo: 'Zoë <zoë@example.com>' } }],
    ['In-Reply-To', { smtp: { headers: { 'In-Reply-To': '<größe@example.com>' } } }],
    ['Content-ID', { html: '<img src="cid:größe">', attachments: [{ filename: 'a.png', content: 'png', contentId: 'größe' }] }],
  ])('is announced even when the addresses are ASCII: %s', async (name, content) => {
    await using server = await startOfferingServer('8BITMIME', 'SMTPUTF8', 'PIPELINING');
    await sendOne(smtp(options(server.port)), 'ann@example.com', content);
    await sendOne(smtp(options(server.port)), 'ann@example.com');
    expect(server.commands().filter((command) => command.startsWith('MAIL'))).toEqual([
      'MAIL FROM:<shop@xn--bcher-kva.example> SMTPUTF8',
      'MAIL FROM:<shop@xn--bcher-kva.example>',
    ]);
    expect(server.mails()[0]).toMatch(new RegExp(`^${name}: .*[^\\0-\\x7f]`, 'm'));

    await using other = await startOfferingServer('8BITMIME');
    const error = await rejection(sendOne(smtp(options(other.port)), 'ann@example.com', content));
    expect(error).toMatchObject({ kind: 'permanent', code: 'smtp_not_offered' });
  });

  it('is encoded where the format allows it', async () => {
    await using server = await startOfferingServer();
    await sendOne(smtp({ ...options(server.port), from: 'Zoë <shop@bücher.example>' }), 'ann@xn--bcher-kva.example', {
      subject: 'Größe',
      text: 'Größe',
      attachments: [{ filename: 'größe.txt', content: 'größe' }],
      smtp: { headers: { 'X-Size': 'Größe' } },
    });
    expect(server.mails()[0]).toMatch(/^[\0-\x7f]*$/);
    expect(server.commands().join('\n')).toMatch(/^[\0-\x7f]*$/);
  });
});

describe('an attached mail', () => {
  it('with bytes beyond ASCII is announced as 8BITMIME', async () => {
    await using server = await startOfferingServer('8BITMIME');
    await sendOne(smtp(options(server.port)), 'ann@example.com', attached('Subject: a\n\nGröße'));
    expect(server.commands()).toContain('MAIL FROM:<shop@xn--bcher-kva.example> BODY=8BITMIME');
    expect(server.mails()[0]).toContain('Content-Transfer-Encoding: 8bit');
    expect(server.mails()[0]).toContain('Subject: a\r\n\r\nGröße');
  });

  it('with bytes beyond ASCII does not go to a server that does not offer 8BITMIME', async () => {
    await using server = await startOfferingServer('SMTPUTF8');
    const error = await rejection(sendOne(smtp(options(server.port)), 'ann@example.com', attached('Subject: a\n\nGröße')));
    expect(error).toMatchObject({ kind: 'permanent', code: 'smtp_not_offered', message: expect.stringContaining('8BITMIME') });
    expect(server.mails()).toEqual([]);
  });

  it('in ASCII goes to every server', async () => {
    await using server = await startOfferingServer();
    await sendOne(smtp(options(server.port)), 'ann@example.com', attached('Subject: a\n\nHello'));
    expect(server.commands()).toContain('MAIL FROM:<shop@xn--bcher-kva.example>');
    expect(server.mails()[0]).toContain('Content-Transfer-Encoding: 7bit');
  });
});
