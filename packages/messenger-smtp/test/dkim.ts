import { createHash, type KeyObject, verify } from 'node:crypto';

/** A DKIM signature, and its verification. */
export interface Verified {
  readonly isValid: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** The names of the signed headers, in lower case. */
  readonly signed: readonly string[];
}

/**
 * Verifies the signature of a mail as the server received it (RFC 6376 with relaxed/relaxed and rsa-sha256).
 * Undefined when there is none.
 */
export function verifyDkim(raw: string, key: KeyObject): Verified | undefined {
  const split = raw.indexOf('\r\n\r\n');
  const fields = raw.slice(0, split).split(/\r\n(?![ \t])/);
  const signature = fields.find((field) => /^dkim-signature:/i.test(field));
  if (signature === undefined) return undefined;
  const tags = Object.fromEntries(
    signature
      .slice(signature.indexOf(':') + 1)
      .split(';')
      .map((tag) => [tag.slice(0, tag.indexOf('=')).trim(), tag.slice(tag.indexOf('=') + 1).replaceAll(/\s/g, '')]),
  );
  const signed = (tags.h ?? '').toLowerCase().split(':');

  const bodyHash = createHash('sha256')
    .update(relaxedBody(raw.slice(split + 4)), 'latin1')
    .digest('base64');
  // The last header of a name counts first (5.4.2). Ours come once.
  const input = signed.map((name) => `${relaxedField(fields.findLast((field) => field.toLowerCase().startsWith(`${name}:`)) ?? '')}\r\n`);
  const own = relaxedField(signature.replace(/(;\s*b=)[^;]*/, '$1')).trimEnd();
  const isSigned = verify('sha256', Buffer.from(input.join('') + own, 'latin1'), key, Buffer.from(tags.b ?? '', 'base64'));
  return { isValid: isSigned && bodyHash === tags.bh, tags, signed };
}

/** Canonicalizes a header (RFC 6376, 3.4.2). */
function relaxedField(field: string): string {
  const colon = field.indexOf(':');
  const value = field
    .slice(colon + 1)
    .replaceAll('\r\n', '')
    .replaceAll(/[ \t]+/g, ' ')
    .trim();
  return `${field.slice(0, colon).trim().toLowerCase()}:${value}`;
}

/** Canonicalizes the body (RFC 6376, 3.4.4). */
function relaxedBody(body: string): string {
  const lines = body
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/ (?=\r\n|$)/g, '')
    .replace(/(\r\n)+$/, '');
  return lines === '' ? '' : `${lines}\r\n`;
}
