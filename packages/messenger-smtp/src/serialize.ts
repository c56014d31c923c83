import { buffer } from 'node:stream/consumers';
import * as base64 from 'nodemailer/lib/base64';
import DKIM from 'nodemailer/lib/dkim';
import type MimeNode from 'nodemailer/lib/mime-node';
import * as qp from 'nodemailer/lib/qp';
import type { SmtpDkim } from './types.ts';

/** A mail in the bytes to send, before dots are escaped. */
export interface Serialized extends NonAscii {
  readonly content: Buffer;
}

/** The bytes beyond ASCII that a mail has. */
interface NonAscii {
  hasUtf8Headers: boolean;
  has8BitBody: boolean;
}

/**
 * Writes the mail to bytes. nodemailer would write the tree into a chain of streams, which takes as long as
 * all the rest of its work for a mail.
 */
export function serialize(mail: MimeNode): Serialized {
  const nonAscii = { hasUtf8Headers: false, has8BitBody: false };
  const text = write(mail, nonAscii);
  const end = text.endsWith('\n') ? '' : text.endsWith('\r') ? '\n' : '\r\n';
  return { content: Buffer.from(text + end, 'latin1'), ...nonAscii };
}

/** Returns one character for each byte, because a part may hold any bytes. */
function write(node: MimeNode, nonAscii: NonAscii): string {
  const headers = bytes(node.buildHeaders());
  if (beyondAscii.test(headers)) nonAscii.hasUtf8Headers = true;
  const { boundary } = node;
  if (!boundary) return `${headers}\r\n\r\n${writeContent(node, nonAscii)}`;
  const parts = node.childNodes.map((child) => `--${boundary}\r\n${write(child, nonAscii)}\r\n`);
  return `${headers}\r\n\r\n${parts.join('')}--${boundary}--\r\n`;
}

function writeContent(node: MimeNode, nonAscii: NonAscii): string {
  const { content } = node;
  if (!content) return '';
  if (typeof content !== 'string' && !Buffer.isBuffer(content)) throw new TypeError('The content of a part must be text or bytes.');
  switch (node.getTransferEncoding()) {
    case 'quoted-printable':
      return qp.wrap(qp.encode(content));
    case 'base64':
      return base64.wrap(base64.encode(content));
    default: {
      const text = bytes(content);
      if (beyondAscii.test(text)) nonAscii.has8BitBody = true;
      return text;
    }
  }
}

const beyondAscii = /[^\0-\x7f]/;

const bytes = (content: string | Buffer): string => (typeof content === 'string' ? Buffer.from(content) : content).toString('latin1');

/**
 * The headers to sign: those of RFC 6376, 5.4.1 that our mails can have, and those of RFC 8058, 4. Readers
 * ignore the latter when they are not signed.
 */
const signedHeaders = [
  ...['From', 'Reply-To', 'Subject', 'Date', 'To', 'Cc', 'Message-ID', 'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding'],
  ...['In-Reply-To', 'References', 'List-Id', 'List-Unsubscribe', 'List-Unsubscribe-Post'],
].join(':');

/** Returns the mail with a DKIM signature before it. */
export type Sign = (mail: Buffer) => Promise<Buffer>;

/** Makes the function that signs mails with this key. */
export function createSign(dkim: SmtpDkim): Sign {
  const signer = new DKIM({ ...dkim, headerFieldNames: signedHeaders });
  return (mail) => buffer(signer.sign(mail));
}
