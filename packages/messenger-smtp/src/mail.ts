import type { Delivery } from '@sitemessage/core';
import { toPlainText } from '@sitemessage/http/plain-text';
import type { SendMailOptions } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { SMTPEnvelope } from 'nodemailer/lib/smtp-connection';
import { readAttachments } from './attachments.ts';
import { type Correspondents, namedAddresses, readCorrespondents } from './correspondents.ts';
import { readHeaders } from './headers.ts';
import { longestLine, withLineEnds } from './lines.ts';
import { type Need, needsOf } from './needs.ts';
import type { Mailbox, Settings } from './options.ts';
import { checkLine, checkText, readPart, refuse } from './parts.ts';
import { serialize } from './serialize.ts';
import { firstLine, writeSubject } from './subject.ts';
import type { SmtpContent } from './types.ts';

/** A mail as it goes over the line. */
export interface Mail {
  readonly envelope: Envelope;
  readonly content: Buffer;
  readonly messageId: string;
}

/** Its addresses as they are looked up, and what the server has to offer for them. */
export interface Envelope extends SMTPEnvelope {
  readonly needs: readonly Need[];
}

/**
 * One delivery as a mail.
 *
 * @throws PermanentError for a part of the wrong type, or that would make another mail of it; it names the part.
 */
export function composeMail(delivery: Delivery, settings: Settings): Mail {
  const extra = readExtra(delivery.content.smtp ?? {});
  const correspondents = readCorrespondents(delivery.address, extra, settings);
  const mail = new MailComposer(partsOf(delivery, correspondents, extra, settings)).compile();
  const { content, ...found } = serialize(mail);
  const { from, to, cc, bcc } = correspondents;
  return {
    envelope: {
      from: from.address,
      to: [...new Set([to, ...cc, ...bcc].map(({ address }) => address))],
      needs: needsOf(namedAddresses(correspondents, settings), found),
      use8BitMime: found.has8BitBody,
    },
    content,
    messageId: mail.messageId(),
  };
}

function partsOf({ id, content }: Delivery, correspondents: Correspondents, extra: SmtpContent, settings: Settings): SendMailOptions {
  const { from, to, replyTo, cc } = correspondents;
  const html = content.html === undefined ? undefined : checkText('html', content.html);
  const given = checkText('text', content.text);
  const isEmpty = [given, html ?? ''].every((part) => part.trim() === '') && !content.attachments?.length;
  if (isEmpty) throw refuse('text', 'is empty, and there is neither `html` nor an attachment');
  const text = given === '' && html !== undefined ? toPlainText(html) : given;

  return {
    from,
    to,
    ...(replyTo && { replyTo }),
    ...(cc.length > 0 && { cc: [...cc] }),
    subject: writeSubject(content.subject === undefined ? firstLine(text) : checkLine('subject', content.subject)),
    text: withLineEnds(text),
    ...(html !== undefined && { html: withLineEnds(html) }),
    headers: {
      ...settings.headers,
      ...readPart('smtp.headers', () => readHeaders(extra.headers)),
      ...unsubscribeHeaders(content.unsubscribeUrl),
    },
    ...(content.attachments && { attachments: readAttachments(content.attachments) }),
    messageId: messageId(id, from),
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
