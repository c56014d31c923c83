import { encodeWord } from 'nodemailer/lib/mime-funcs';
import { isFoldable } from './lines.ts';

/** A reader would decode what looks like an encoded word, and folding changes whitespace other than single spaces. */
const isShownOtherwise = /=\?|\t|\s\s|^\s|\s$/;
const longestEncodedWord = 52;

/** Returns the subject as nodemailer is to write it, so that it is shown as it was given. */
export function writeSubject(subject: string): string {
  if (!isShownOtherwise.test(subject) && isFoldable(subject)) return subject;
  return encodeWord(subject, /[^\0-\x7f]/.test(subject) ? 'B' : 'Q', longestEncodedWord);
}

const longestFirstLine = 78;
/** The first half of a surrogate pair, whose other half was cut off. */
const halfAtEnd = /[\uD800-\uDBFF]$/;

/** A mail without a subject is suspicious to filters and readers alike. */
export function firstLine(text: string): string {
  const line = text.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  return line.length > longestFirstLine ? `${line.slice(0, longestFirstLine - 1).replace(halfAtEnd, '')}…` : line;
}
