import { encodeWord } from 'nodemailer/lib/mime-funcs';
import { contentError, isFoldable, longestLine, textProblem } from './text.ts';

/**
 * The headers that the messenger makes from the dispatch and its options. A second one would contradict the
 * first.
 */
const reservedHeaders = new Set([
  'from',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'dkim-signature',
]);

const longestName = 76;

/**
 * Checks headers of the options or of a message.
 *
 * @throws Error with a message that follows `headers`.
 */
export function readHeaders(headers: unknown): Readonly<Record<string, string>> {
  if (headers === undefined || headers === null) return {};
  if (typeof headers !== 'object' || Array.isArray(headers)) throw new Error('must be an object of names and values');
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  return headers as Readonly<Record<string, string>>;
}

function checkHeader(name: string, value: unknown): void {
  // RFC 5322, 3.6.8: printable US-ASCII without the colon.
  if (!/^[!-9;-~]+$/.test(name)) throw new Error(`has the name ${JSON.stringify(name)}, which may only hold letters, digits and hyphens`);
  if (name.length > longestName) throw new Error(`must not have a name of more than ${longestName} characters`);
  if (reservedHeaders.has(name.toLowerCase())) throw new Error(`must not have ${name}, which the messenger sets itself`);
  const problem = textProblem(value);
  if (typeof value !== 'string' || problem !== undefined) throw new Error(`has a ${name} that ${problem}`);
  if (/[\r\n\0]/.test(value)) throw new Error(`must not have a line break in ${name}`);
  if (!isFoldable(value)) throw new Error(`has a word in ${name} that is too long for a line. Put spaces between its parts`);
}

/**
 * Readers decode text that looks like an encoded word. Folding changes whitespace other than single spaces.
 */
const changesOnTheWay = /=\?|\t|\s\s|^\s|\s$/;
const longestEncodedWord = 52;

/** Returns the subject in the form to give to nodemailer, so that readers show it as it was given. */
export function writeSubject(subject: string): string {
  if (!changesOnTheWay.test(subject) && isFoldable(subject)) return subject;
  return encodeWord(subject, /[^\0-\x7f]/.test(subject) ? 'B' : 'Q', longestEncodedWord);
}

/** The longest subject that is made from a text, in UTF-16 units. */
const longestFirstLine = 78;
/** The first half of a surrogate pair, whose other half was cut off. */
const halfAtEnd = /[\uD800-\uDBFF]$/;

/**
 * Returns the subject for a mail without one: its first line. Filters and readers suspect a mail without a
 * subject.
 */
export function firstLine(text: string): string {
  const line = text.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  return line.length > longestFirstLine ? `${line.slice(0, longestFirstLine - 1).replace(halfAtEnd, '')}…` : line;
}

/**
 * Returns the headers that tell how to unsubscribe (RFC 2369). One click is for https only (RFC 8058).
 *
 * @throws PermanentError `smtp_content`.
 */
export function unsubscribeHeaders(url: string | undefined): Record<string, string> {
  if (url === undefined) return {};
  const { href } = (/^https?:\/\/[^\s<>]+$/.test(url) && URL.parse(url)) || {};
  if (href === undefined) throw contentError('unsubscribeUrl', 'must be an http or https URL without spaces');
  if (` <${href}>`.length > longestLine) {
    throw contentError('unsubscribeUrl', `is too long. The line of a header has ${longestLine} bytes at most`);
  }
  return { 'List-Unsubscribe': `<${href}>`, ...(href.startsWith('https:') && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }) };
}
