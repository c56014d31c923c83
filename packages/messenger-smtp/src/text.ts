import { types } from 'node:util';
import { errorKind, PermanentError } from '@sitemessage/core';

/** The longest line of a mail, in bytes without its line end (RFC 5322, 2.1.1). */
export const longestLine = 998;

/**
 * The longest word of a header, in UTF-16 units. The name of the header, or of a parameter, shares its line.
 */
const longestWord = 900;

/** Returns true when a header with this text can be folded between words into lines that are short enough. */
export const isFoldable = (text: string): boolean => text.split(/[ \t]+/).every((word) => word.length <= longestWord);

/**
 * Returns the text with CR LF for every line end. Other line ends are not allowed (RFC 5321, 2.3.8). Servers
 * change them on the way, which breaks a signature.
 */
export const toCrlf = (text: string): string => text.replaceAll(/\r\n?|\n/g, '\r\n');

/**
 * Returns what is wrong with a value that should be a text, to follow its name. Undefined for a text.
 * `wanted`: a name for what is expected. Default: `a string`.
 */
export function textProblem(value: unknown, wanted = 'a string'): string | undefined {
  // A longer text may quote this one on purpose.
  if (typeof value === 'string' && value.trim() === '[object Object]') {
    return 'is "[object Object]", which is an object that became a text. Give the field that you meant';
  }
  if (typeof value === 'string') return undefined;
  if (types.isUint8Array(value)) return `must be ${wanted}, not bytes. Give \`buffer.toString()\``;
  if (types.isPromise(value)) return `must be ${wanted}, not a promise. Await it first`;
  return `must be ${wanted}`;
}

/** Returns what an error says is wrong with an option or a part of a message, to follow its name. */
export function problemOf(error: unknown): string {
  const { message } = error as Error;
  return errorKind(error) === 'address' ? `is wrong. ${message}` : message;
}

/**
 * Makes the error for a wrong part of a message. `name` is the part, as a message type names it:
 * `smtp.replyTo`.
 */
export const contentError = (name: string, problem: string): PermanentError =>
  new PermanentError(`\`${name}\` ${problem}${/[.?]$/.test(problem) ? '' : '.'}`, { code: 'smtp_content' });

/**
 * Returns the value of a part, which must be a text. Templates and databases may give any type.
 *
 * @throws PermanentError `smtp_content` for anything but a text.
 */
export function checkText(name: string, value: unknown): string {
  const problem = textProblem(value);
  if (problem !== undefined) throw contentError(name, problem);
  return value as string;
}

/** @throws PermanentError `smtp_content` for anything but a text of one line. */
export function checkLine(name: string, value: unknown): string {
  const text = checkText(name, value);
  if (/[\r\n\0]/.test(text)) throw contentError(name, 'holds a line break. It must be one line');
  return text;
}

/** @throws PermanentError `smtp_content` for anything but a line that fits into a header. */
export function checkHeaderText(name: string, value: unknown): string {
  const text = checkLine(name, value);
  if (!isFoldable(text)) throw contentError(name, 'is too long for the line of a header');
  return text;
}

/**
 * Calls `read`, and gives its error the name of the part.
 *
 * @throws PermanentError `smtp_content`.
 */
export function readPart<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw contentError(name, problemOf(error));
  }
}
