import { PermanentError } from '@sitemessage/core';
import { isFoldable } from './lines.ts';
import { problemOf } from './problem.ts';
import { textProblem } from './text.ts';

/** What a message type renders comes from templates and databases, and so in any type. The names are those that a message type gives. */
export const refuse = (name: string, problem: string): PermanentError =>
  new PermanentError(`\`${name}\` ${problem}${/[.?]$/.test(problem) ? '' : '.'}`, { code: 'smtp_content' });

/** @throws PermanentError for what is no string. */
export function checkText(name: string, value: unknown): string {
  const problem = textProblem(value);
  if (problem !== undefined) throw refuse(name, problem);
  return value as string;
}

/** @throws PermanentError for what is no string, or has more than one line. */
export function checkLine(name: string, value: unknown): string {
  const text = checkText(name, value);
  if (/[\r\n\0]/.test(text)) throw refuse(name, 'holds a line break; it must be one line');
  return text;
}

/** @throws PermanentError for what is no line, or has a word that is too long for the line of a header. */
export function checkToken(name: string, value: unknown): string {
  const text = checkLine(name, value);
  if (!isFoldable(text)) throw refuse(name, 'is too long for the line of a header');
  return text;
}

/** Reads a part by what throws an error of any kind that continues "`name` ...". */
export function readPart<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw refuse(name, problemOf(error));
  }
}
