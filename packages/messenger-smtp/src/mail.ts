import type { Delivery } from '@sitemessage/core';
import { toPlainText } from '@sitemessage/http/plain-text';
import type { SendMailOptions } from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Mailbox } from './address.ts';
import { readAttachments } from './attachments.ts';
import { type AddressFields, createEnvelope, type Envelope, readAddressFields } from './envelope.ts';
import { firstLine, readHeaders, unsubscribeHeaders, writeSubject } from './headers.ts';
import type { Settings } from './options.ts';
import { serialize } from './serialize.ts';
import { checkLine, checkText, contentError, readPart, toCrlf } from './text.ts';
import type { SmtpContent } from './types.ts';

/** A mail, ready to be sent. */
export interface Mail {
  readonly envelope: Envelope;
  readonly content: Buffer;
  readonly messageId: string;
}

/**
 * Makes the mail of one delivery.
 *
 * @throws PermanentError `smtp_content` for a part of the wrong type, or one that could change another part
 * of the mail. It names the part.
 */
export function composeMail(delivery: Delivery, settings: Settings): Mail {
  const extra = readExtra(delivery.content.smtp ?? {});
  const fields = readAddressFields(delivery.address, extra, settings);
  const mail = new MailComposer(partsOf(delivery, fields, extra, settings)).compile();
  const { content, ...nonAscii } = serialize(mail);
  return { envelope: createEnvelope(fields, settings, nonAscii), content, messageId: mail.messageId() };
}

function partsOf({ id, content }: Delivery, fields: AddressFields, extra: SmtpContent, settings: Settings): SendMailOptions {
  const { from, to, replyTo, cc } = fields;
  const html = content.html === undefined ? undefined : checkText('html', content.html);
  const given = checkText('text', content.text);
  const isEmpty = [given, html ?? ''].every((part) => part.trim() === '') && !content.attachments?.length;
  if (isEmpty) throw contentError('text', 'is empty, and there is neither `html` nor an attachment');
  const text = given === '' && html !== undefined ? toPlainText(html) : given;

  return {
    from,
    to,
    ...(replyTo && { replyTo }),
    ...(cc.length > 0 && { cc: [...cc] }),
    subject: writeSubject(content.subject === undefined ? firstLine(text) : checkLine('subject', content.subject)),
    text: toCrlf(text),
    ...(html !== undefined && { html: toCrlf(html) }),
    headers: {
      ...settings.headers,
      ...readPart('smtp.headers', () => readHeaders(extra.headers)),
      ...unsubscribeHeaders(content.unsubscribeUrl),
    },
    ...(content.attachments && { attachments: readAttachments(content.attachments) }),
    messageId: messageId(id, from),
    // The content may come from anywhere. It must not make nodemailer read files of this machine, or URLs.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** The compiler checks that no name is missing. */
const extraNames = Object.keys({ from: true, replyTo: true, cc: true, bcc: true, headers: true } satisfies Record<keyof SmtpContent, true>);

/** Refuses a part with an unknown name. It would have no effect, and nobody would notice. */
function readExtra(extra: unknown): SmtpContent {
  if (typeof extra !== 'object' || extra === null) throw contentError('smtp', 'must be an object, such as { replyTo }');
  const unknown = Object.keys(extra).find((name) => !extraNames.includes(name));
  if (unknown === undefined) return extra;
  const letters = (name: string): string => name.replaceAll(/[-_]/g, '').toLowerCase();
  const meant = extraNames.find((name) => letters(name) === letters(unknown));
  const advice = meant ? `Did you mean \`smtp.${meant}\`?` : `The parts are ${extraNames.join(', ')}`;
  throw contentError(`smtp.${unknown}`, `is not known. ${advice}`);
}

/** Returns the same id for every attempt, so that a recipient can recognize a repeat. */
function messageId(dispatchId: string, from: Mailbox): string {
  return `<${dispatchId}${from.address.slice(from.address.lastIndexOf('@'))}>`;
}
