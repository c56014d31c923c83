import { types } from 'node:util';
import type { Attachment as MailAttachment } from 'nodemailer';
import { checkLine, refuse } from './parts.ts';

/**
 * The attachments of a message for nodemailer, of which it gets nothing but bytes and one line of each header.
 *
 * @throws PermanentError that names the part.
 */
export function readAttachments(attachments: unknown): MailAttachment[] {
  if (!Array.isArray(attachments)) throw refuse('attachments', 'must be a list of { filename, content }');
  return attachments.map(readAttachment);
}

function readAttachment(given: unknown): MailAttachment {
  if (typeof given !== 'object' || given === null) throw refuse('attachments', 'must be a list of { filename, content }');
  const { filename, content, contentType, contentId } = given as Readonly<Record<string, unknown>>;
  if (filename === undefined || filename === '') throw refuse('attachments.filename', 'is missing');
  return {
    filename: checkLine('attachments.filename', filename),
    content: readBytes(content),
    ...(contentType !== undefined && { contentType: checkLine('attachments.contentType', contentType) }),
    ...(contentId !== undefined && { cid: checkLine('attachments.contentId', contentId), contentDisposition: 'inline' as const }),
  };
}

function readBytes(content: unknown): string | Buffer {
  if (typeof content === 'string') return content;
  // By its kind, not its class: it may come from another realm.
  if (types.isUint8Array(content)) return Buffer.from(content);
  throw refuse('attachments.content', 'must be a string or a Uint8Array; a Buffer that went through JSON is neither');
}
