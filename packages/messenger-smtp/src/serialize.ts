import * as base64 from 'nodemailer/lib/base64';
import type MimeNode from 'nodemailer/lib/mime-node';
import * as qp from 'nodemailer/lib/qp';

/**
 * The mail as it goes over the line, but for the escaping of dots. nodemailer itself writes a tree into a chain of streams, which takes
 * as long as all else that it does for a mail.
 */
export function serialize(mail: MimeNode): Serialized {
  const found = { hasUtf8Headers: false, has8BitBody: false };
  const text = write(mail, found);
  const end = text.endsWith('\n') ? '' : text.endsWith('\r') ? '\n' : '\r\n';
  return { content: Buffer.from(text + end, 'latin1'), ...found };
}

export interface Serialized extends Found {
  readonly content: Buffer;
}

/** Bytes beyond ASCII. */
interface Found {
  hasUtf8Headers: boolean;
  has8BitBody: boolean;
}

/** A character for each byte: a part may be anything. */
function write(node: MimeNode, found: Found): string {
  const headers = bytes(node.buildHeaders());
  if (beyondAscii.test(headers)) found.hasUtf8Headers = true;
  const { boundary } = node;
  if (!boundary) return `${headers}\r\n\r\n${writeContent(node, found)}`;
  const parts = node.childNodes.map((child) => `--${boundary}\r\n${write(child, found)}\r\n`);
  return `${headers}\r\n\r\n${parts.join('')}--${boundary}--\r\n`;
}

function writeContent(node: MimeNode, found: Found): string {
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
      if (beyondAscii.test(text)) found.has8BitBody = true;
      return text;
    }
  }
}

const beyondAscii = /[^\0-\x7f]/;

const bytes = (content: string | Buffer): string => (typeof content === 'string' ? Buffer.from(content) : content).toString('latin1');
