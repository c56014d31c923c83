import { AddressError } from '@sitemessage/core';
import { readDomain } from '@sitemessage/http/domain';
import addressparser from 'nodemailer/lib/addressparser';
import { isFoldable, textProblem } from './text.ts';

/** A name, which may be empty, and an address. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** RFC 5321, 4.5.3.1: 64 bytes before the `@`, and 256 for a path, which has two angle brackets. */
const longestLocalPart = 64;
const longest = 254;

/**
 * Returns one bare address: `ann@example.com`. The domain is in lower case, and in the form that DNS uses
 * (`xn--...`).
 *
 * @throws AddressError `smtp_address`, which says what is wrong.
 */
export function getAddress(recipient: unknown): string {
  const problem = textProblem(recipient);
  if (typeof recipient !== 'string' || problem !== undefined) throw addressError(problem ?? '', '');
  if (recipient === '') throw addressError('is empty', '');
  if (!recipient.isWellFormed()) throw addressError('holds half of a surrogate pair', '');
  if (/[\p{Cc}\u2028\u2029]/u.test(recipient)) throw addressError('holds a line break or another control character', recipient);
  const at = recipient.lastIndexOf('@');
  if (at < 1) throw addressError('must look like name@example.com', recipient);
  const local = recipient.slice(0, at);
  if (/[\s<>()[\]\\,;:"@]/.test(local)) {
    throw addressError('must be one bare address, without a name, quotes, spaces or further addresses', recipient);
  }
  const domain = readDomain(recipient.slice(at + 1));
  if (domain === undefined) throw addressError('has no valid domain after the @', recipient);
  if (Buffer.byteLength(local) > longestLocalPart) {
    throw addressError(`has more than ${longestLocalPart} bytes before the @`, recipient);
  }
  const address = `${local}@${domain}`;
  if (Buffer.byteLength(address) > longest) throw addressError(`is longer than ${longest} bytes`, recipient);
  return address;
}

const suchAs = 'such as `The shop <shop@example.com>`';

/**
 * Reads `ann@example.com` or `Ann <ann@example.com>`.
 *
 * @throws Error with a message that follows the name of the option or the part; AddressError for a wrong
 * address.
 */
export function readMailbox(text: unknown): Mailbox {
  const problem = textProblem(text, `an address, ${suchAs}`);
  if (typeof text !== 'string' || problem !== undefined) throw new Error(problem);
  if (/[\r\n\0]/.test(text)) throw new Error('holds a line break');
  const [mailbox, ...others] = addressparser(text);
  if (others.length > 0) throw new Error(`must be one address, ${suchAs}`);
  if (!mailbox?.address) throw new Error(`must be an address, ${suchAs}`);
  const { name = '', address } = mailbox;
  const nameProblem = textProblem(name);
  if (nameProblem !== undefined) throw new Error(`has a name that ${nameProblem}`);
  if (!isFoldable(name)) throw new Error('has a name that is too long for the line of a header');
  return { name, address: getAddress(address) };
}

/** How much of a wrong address an error shows, in UTF-16 units. */
const shownLength = 60;

function addressError(problem: string, recipient: string): AddressError {
  const shown = recipient.length > shownLength ? `${recipient.slice(0, shownLength)}...` : recipient;
  const quoted = recipient === '' ? '' : ` (${onOneLine(shown)})`;
  return new AddressError(`The e-mail address${quoted} ${problem}.`, { code: 'smtp_address' });
}

/** Escapes the line breaks that JSON leaves as they are, too. */
function onOneLine(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
