import { types } from 'node:util';
import type { Attachment as MailAttachment } from 'nodemailer';
import { checkHeaderText, checkText, contentError, longestLine, toCrlf } from './text.ts';

/**
 * Returns the attachments of a message for nodemailer. It gets only bytes, and headers of one line.
 *
 * @throws PermanentError `smtp_content`, which names the part.
 */
export function readAttachments(attachments: unknown): MailAttachment[] {
  if (!Array.isArray(attachments)) throw contentError('attachments', 'must be a list of { filename, content }');
  return attachments.map(readAttachment);
}

function readAttachment(given: unknown): MailAttachment {
  if (typeof given !== 'object' || given === null) throw contentError('attachments', 'must be a list of { filename, content }');
  const { filename, content, contentType, contentId } = given as Readonly<Record<string, unknown>>;
  if (filename === undefined || filename === '') throw contentError('attachments.filename', 'is missing');
  const type = contentType === undefined ? undefined : readType(contentType);
  const bytes = readBytes(content);
  return {
    filename: checkHeaderText('attachments.filename', filename),
    content: type?.startsWith('message/') ? readMail(bytes) : bytes,
    ...(type !== undefined && { contentType: type }),
    ...(contentId !== undefined && { cid: checkHeaderText('attachments.contentId', contentId), contentDisposition: 'inline' as const }),
  };
}

function readType(contentType: unknown): string {
  const [name = '', ...parameters] = checkHeaderText('attachments.contentType', contentType).trim().split(';');
  const type = name.toLowerCase();
  if (type.startsWith('multipart/')) throw contentError('attachments.contentType', 'must be the type of one part, not of several');
  return [type, ...parameters].join(';');
}

function readBytes(content: unknown): string | Buffer {
  if (typeof content === 'string') return checkText('attachments.content', content);
  // Not `instanceof`: the array may come from another realm.
  if (types.isUint8Array(content)) return Buffer.from(content);
  throw contentError('attachments.content', 'must be a string or a Uint8Array. A Buffer that went through JSON is neither');
}

/** Reads an attached mail. It is not encoded (RFC 2046, 5.2.1), so its lines become lines of the mail. */
function readMail(content: string | Buffer): Buffer {
  const lines = toCrlf(Buffer.from(content).toString('latin1'));
  const isLine = (line: string): boolean => line.length <= longestLine && !line.includes('\0');
  if (!lines.split('\r\n').every(isLine)) {
    throw contentError(
      'attachments.content',
      `has a NUL, or a line of more than ${longestLine} bytes, which an attached mail cannot have. Give it the \`contentType\` application/octet-stream`,
    );
  }
  return Buffer.from(lines, 'latin1');
}
