import type { Delivery } from '@sitemessage/core';
import { toPlainText } from '@sitemessage/http/plain-text';
import type { SendMailOptions } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { SMTPEnvelope } from 'nodemailer/lib/smtp-connection';
import { getAddress } from './address.ts';
import { readAttachments } from './attachments.ts';
import { readHeaders } from './headers.ts';
import { longestLine, withLineEnds } from './lines.ts';
import { type Mailbox, readMailbox, type Settings } from './options.ts';
import { checkLine, checkText, readPart, refuse } from './parts.ts';
import { serialize } from './serialize.ts';
import { firstLine, writeSubject } from './subject.ts';
import type { SmtpContent } from './types.ts';

/** A mail as it goes over the line. */
export interface Mail {
  readonly envelope: SMTPEnvelope;
  readonly content: Buffer;
  readonly messageId: string;
}

/**
 * One delivery as a mail.
 *
 * @throws PermanentError for a part of the wrong type, or that would make another mail of it; it names the part.
 */
export function composeMail(delivery: Delivery, settings: Settings): Mail {
  const mail = new MailComposer(partsOf(delivery, settings)).compile();
  const { from, to } = mail.getEnvelope();
  return { envelope: { from: from || '', to }, content: serialize(mail), messageId: mail.messageId() };
}

function partsOf(delivery: Delivery, settings: Settings): SendMailOptions {
  const { content } = delivery;
  const extra = readExtra(content.smtp ?? {});
  const from = extra.from === undefined ? settings.from : readPart('smtp.from', () => readMailbox(extra.from));
  const replyTo = extra.replyTo === undefined ? settings.replyTo : readPart('smtp.replyTo', () => readMailbox(extra.replyTo));
  const html = content.html === undefined ? undefined : checkText('html', content.html);
  const given = checkText('text', content.text);
  const isEmpty = [given, html ?? ''].every((part) => part.trim() === '') && !content.attachments?.length;
  if (isEmpty) throw refuse('text', 'is empty, and there is neither `html` nor an attachment');
  const text = given === '' && html !== undefined ? toPlainText(html) : given;

  return {
    from,
    to: { name: '', address: delivery.address },
    ...(replyTo && { replyTo }),
    ...(extra.cc && { cc: mailboxes('smtp.cc', extra.cc) }),
    ...(extra.bcc && { bcc: mailboxes('smtp.bcc', extra.bcc) }),
    subject: writeSubject(content.subject === undefined ? firstLine(text) : checkLine('subject', content.subject)),
    text: withLineEnds(text),
    ...(html !== undefined && { html: withLineEnds(html) }),
    headers: {
      ...settings.headers,
      ...readPart('smtp.headers', () => readHeaders(extra.headers)),
      ...unsubscribeHeaders(content.unsubscribeUrl),
    },
    ...(content.attachments && { attachments: readAttachments(content.attachments) }),
    messageId: messageId(delivery.id, from),
    // What a message type renders may come from anywhere; it must not name files of this machine.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** The compiler sees that none is missing. */
const extraNames = Object.keys({ from: true, replyTo: true, cc: true, bcc: true, headers: true } satisfies Record<keyof SmtpContent, true>);

/** A part of another name would be left out without a word. */
function readExtra(extra: unknown): SmtpContent {
  if (typeof extra !== 'object' || extra === null) throw refuse('smtp', 'must be an object, such as { replyTo }');
  const unknown = Object.keys(extra).find((name) => !extraNames.includes(name));
  if (unknown === undefined) return extra;
  const letters = (name: string): string => name.replaceAll(/[-_]/g, '').toLowerCase();
  const meant = extraNames.find((name) => letters(name) === letters(unknown));
  throw refuse(
    `smtp.${unknown}`,
    meant ? `is not known. Did you mean \`smtp.${meant}\`?` : `is not known; there are ${extraNames.join(', ')}`,
  );
}

/** The same for every attempt: whoever gets a repeat can tell. */
function messageId(dispatchId: string, from: Mailbox): string {
  return `<${dispatchId}${from.address.slice(from.address.lastIndexOf('@'))}>`;
}

/** RFC 2369, and RFC 8058 for one click, which is for https alone. */
function unsubscribeHeaders(url: string | undefined): Record<string, string> {
  if (url === undefined) return {};
  const { href } = (/^https?:\/\/[^\s<>]+$/.test(url) && URL.parse(url)) || {};
  if (href === undefined) throw refuse('unsubscribeUrl', 'must be an http or https URL without spaces');
  if (` <${href}>`.length > longestLine)
    throw refuse('unsubscribeUrl', `is too long: the line of a header has ${longestLine} bytes at most`);
  return { 'List-Unsubscribe': `<${href}>`, ...(href.startsWith('https:') && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }) };
}

function mailboxes(name: string, addresses: readonly string[]): Mailbox[] {
  return readPart(name, () => {
    if (!Array.isArray(addresses)) throw new Error('must be a list of addresses');
    return addresses.map((address) => ({ name: '', address: getAddress(address) }));
  });
}
