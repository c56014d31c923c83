import { type Attachment, type Delivery, PermanentError } from '@sitemessage/core';
import { convert } from 'html-to-text';
import type { Attachment as MailAttachment, SendMailOptions } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { SMTPEnvelope } from 'nodemailer/lib/smtp-connection';
import { getAddress } from './address.ts';
import { checkHeader } from './headers.ts';
import { type Mailbox, readMailbox, type Settings } from './options.ts';
import { serialize } from './serialize.ts';

/** A mail as it goes over the line. */
export interface Mail {
  readonly envelope: SMTPEnvelope;
  readonly content: Buffer;
  readonly messageId: string;
}

/**
 * One delivery as a mail.
 *
 * @throws PermanentError for a part that would make another mail of it; it names the part.
 */
export function composeMail(delivery: Delivery, settings: Settings): Mail {
  const mail = new MailComposer(partsOf(delivery, settings)).compile();
  const { from, to } = mail.getEnvelope();
  return { envelope: { from: from || '', to }, content: serialize(mail), messageId: mail.messageId() };
}

function partsOf(delivery: Delivery, settings: Settings): SendMailOptions {
  const { content } = delivery;
  const extra = content.smtp ?? {};
  const from = extra.from === undefined ? settings.from : part('smtp.from', () => readMailbox(extra.from));
  const replyTo = extra.replyTo === undefined ? settings.replyTo : part('smtp.replyTo', () => readMailbox(extra.replyTo));
  const text = content.text === '' && content.html !== undefined ? toText(content.html) : content.text;

  return {
    from,
    to: { name: '', address: delivery.address },
    ...(replyTo && { replyTo }),
    ...(extra.cc && { cc: mailboxes('smtp.cc', extra.cc) }),
    ...(extra.bcc && { bcc: mailboxes('smtp.bcc', extra.bcc) }),
    subject: content.subject === undefined ? firstLine(text) : checkLine('subject', content.subject),
    text,
    ...(content.html !== undefined && { html: content.html }),
    headers: { ...settings.headers, ...checkHeaders(extra.headers ?? {}), ...unsubscribeHeaders(content.unsubscribeUrl) },
    ...(content.attachments && { attachments: content.attachments.map(toAttachment) }),
    messageId: messageId(delivery.id, from),
    // What a message type renders may come from anywhere; it must not name files of this machine.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** The same for every attempt: whoever gets a repeat can tell. */
function messageId(dispatchId: string, from: Mailbox): string {
  return `<${dispatchId}${from.address.slice(from.address.lastIndexOf('@'))}>`;
}

/** RFC 2369, and RFC 8058 for one click, which is for https alone. */
function unsubscribeHeaders(url: string | undefined): Record<string, string> {
  if (url === undefined) return {};
  const { href } = (/^https?:\/\/[^\s<>]+$/.test(url) && URL.parse(url)) || {};
  if (href === undefined)
    throw new PermanentError('`unsubscribeUrl` must be an http or https URL without spaces.', { code: 'smtp_content' });
  return { 'List-Unsubscribe': `<${href}>`, ...(href.startsWith('https:') && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }) };
}

const longestSubject = 78;
/** The first half of a surrogate pair, whose other half was cut off. */
const halfAtEnd = /[\uD800-\uDBFF]$/;

/** A mail without a subject is suspicious to filters and readers alike. */
function firstLine(text: string): string {
  const line = text.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  return line.length > longestSubject ? `${line.slice(0, longestSubject - 1).replace(halfAtEnd, '')}…` : line;
}

/** Links stay visible behind their text, lines are left to the reader's window. */
function toText(html: string): string {
  return convert(html, { wordwrap: false, selectors: [{ selector: 'img', format: 'skip' }] });
}

function toAttachment({ filename, content, contentType, contentId }: Attachment): MailAttachment {
  checkLine('attachments.filename', filename);
  return {
    filename,
    content: typeof content === 'string' ? content : Buffer.from(content),
    ...(contentType !== undefined && { contentType: checkLine('attachments.contentType', contentType) }),
    ...(contentId !== undefined && { cid: checkLine('attachments.contentId', contentId), contentDisposition: 'inline' as const }),
  };
}

function mailboxes(name: string, addresses: readonly string[]): Mailbox[] {
  return part(name, () => {
    if (!Array.isArray(addresses)) throw new Error('must be a list of addresses');
    return addresses.map((address) => ({ name: '', address: getAddress(address) }));
  });
}

function checkHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(headers)) part('smtp.headers', () => checkHeader(name, value));
  return headers;
}

function checkLine(name: string, value: string): string {
  if (/[\r\n\0]/.test(value)) throw new PermanentError(`\`${name}\` holds a line break; it must be one line.`, { code: 'smtp_content' });
  return value;
}

function part<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new PermanentError(`\`${name}\` is not right: ${(error as Error).message}`, { code: 'smtp_content' });
  }
}
