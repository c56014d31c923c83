import { types } from 'node:util';
import type { Attachment as MailAttachment } from 'nodemailer';
import { longestLine, withLineEnds } from './lines.ts';
import { checkText, checkToken, refuse } from './parts.ts';

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
  const type = contentType === undefined ? undefined : readType(contentType);
  const bytes = readBytes(content);
  return {
    filename: checkToken('attachments.filename', filename),
    content: type?.startsWith('message/') ? readMessage(bytes) : bytes,
    ...(type !== undefined && { contentType: type }),
    ...(contentId !== undefined && { cid: checkToken('attachments.contentId', contentId), contentDisposition: 'inline' as const }),
  };
}

function readType(contentType: unknown): string {
  const [name = '', ...parameters] = checkToken('attachments.contentType', contentType).trim().split(';');
  const type = name.toLowerCase();
  if (type.startsWith('multipart/')) throw refuse('attachments.contentType', 'must be the type of one part, not of several');
  return [type, ...parameters].join(';');
}

function readBytes(content: unknown): string | Buffer {
  if (typeof content === 'string') return checkText('attachments.content', content);
  // By its kind, not its class: it may come from another realm.
  if (types.isUint8Array(content)) return Buffer.from(content);
  throw refuse('attachments.content', 'must be a string or a Uint8Array; a Buffer that went through JSON is neither');
}

/** RFC 2046, 5.2.1: a mail within a mail is not encoded, so its lines are lines of the mail. */
function readMessage(content: string | Buffer): Buffer {
  const lines = withLineEnds(Buffer.from(content).toString('latin1'));
  const isLine = (line: string): boolean => line.length <= longestLine && !line.includes('\0');
  if (!lines.split('\r\n').every(isLine)) {
    throw refuse(
      'attachments.content',
      `has a line of more than ${longestLine} bytes or a NUL, which no mail in a mail may have; give it the \`contentType\` application/octet-stream`,
    );
  }
  return Buffer.from(lines, 'latin1');
}
