import { AddressError } from '@sitemessage/core';
import { readDomain } from '@sitemessage/http/domain';
import { textProblem } from './text.ts';

/** RFC 5321, 4.5.3.1: 64 octets before the `@`, and 256 for a path, which has two angle brackets. */
const longestLocalPart = 64;
const longest = 254;

/**
 * One bare address: `ann@example.com`. The domain is lower-cased, and written as it is looked up (`xn--...`).
 *
 * @throws AddressError that says what is wrong with it.
 */
export function getAddress(recipient: unknown): string {
  const problem = textProblem(recipient);
  if (typeof recipient !== 'string' || problem !== undefined) throw refuse(problem ?? '', '');
  if (recipient === '') throw refuse('is empty', '');
  if (!recipient.isWellFormed()) throw refuse('holds half of a surrogate pair', '');
  if (/[\p{Cc}\u2028\u2029]/u.test(recipient)) throw refuse('holds a line break or another control character', recipient);
  const at = recipient.lastIndexOf('@');
  if (at < 1) throw refuse('must look like name@example.com', recipient);
  const local = recipient.slice(0, at);
  if (/[\s<>()[\]\\,;:"@]/.test(local))
    throw refuse('must be one bare address, without a name, quotes, spaces or further addresses', recipient);
  const domain = readDomain(recipient.slice(at + 1));
  if (domain === undefined) throw refuse('has no valid domain behind the @', recipient);
  if (Buffer.byteLength(local) > longestLocalPart) throw refuse(`has more than ${longestLocalPart} bytes before the @`, recipient);
  const address = `${local}@${domain}`;
  if (Buffer.byteLength(address) > longest) throw refuse(`is longer than ${longest} bytes`, recipient);
  return address;
}

const shown = 60;

function refuse(problem: string, recipient: string): AddressError {
  const quoted = recipient === '' ? '' : ` (${onOneLine(recipient.length > shown ? `${recipient.slice(0, shown)}...` : recipient)})`;
  return new AddressError(`The e-mail address${quoted} ${problem}.`, { code: 'smtp_address' });
}

/** Some that JSON leaves as they are break lines too. */
function onOneLine(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
