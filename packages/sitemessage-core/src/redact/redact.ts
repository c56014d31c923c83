import { types } from 'node:util';
import { readField } from '../foreign.ts';
import { type Form, formsOf } from './forms.ts';
import { rangesOf } from './ranges.ts';

/** Takes secrets out of what is about to be shown or stored. */
export interface Redactor {
  /** The text with every secret replaced by `[redacted]`, at most 2,000 characters of it. Takes linear time, and reads 64 kB at most. */
  text(text: string): string;
  /**
   * A copy that is safe to hang on an error as its `cause`: name, message, code and stack without the secrets, the same for
   * its own `cause`, and none of its other properties, since a library's errors carry whole option objects. Never throws.
   */
  cause(error: unknown): Error | undefined;
}

const mask = '[redacted]';
/** Masking what is shorter would mask half of every message, and protects nothing. */
const shortest = 4;
const deepest = 5;

/** In UTF-16 units: more than anybody reads, and little enough to look for every secret in every spelling. */
const mostRead = 65_536;
const mostShown = 2_000;
/** A stack begins with the message. */
const mostShownOfStack = 8_000;
/** The longest spelling of one unit: a character of three bytes, percent-encoded twice. */
const longestSpelling = 15;

type Secrets = readonly (string | undefined)[];

/**
 * A redactor for these secrets. It finds them in upper and lower case, in these spellings: as they are; percent-encoded, also with `+` for a
 * space; escaped as JSON, also `/` as `\/`; escaped as HTML; up to three of these one around the other; as hexadecimal digits; and anywhere
 * inside of base64, as in `Authorization: Basic ...`.
 *
 * Pass a function when secrets change: it is called for each text. Empty and undefined ones are passed over; so are those under 4
 * characters, which no provider issues.
 */
export function redactor(secrets: Secrets | (() => Secrets)): Redactor {
  const known = typeof secrets === 'function' ? undefined : toFind(secrets);
  const redact = (value: string): string => masked(value, known ?? toFind((secrets as () => Secrets)()));

  const text = (value: string): string => redact(value).slice(0, mostShown);

  const cause = (error: unknown, depth = 0): Error | undefined => {
    if (error === undefined || error === null || depth === deepest) return undefined;
    const source = isError(error) ? error : { name: 'Error', message: written(error) };
    const [name, message, stack, code] = (['name', 'message', 'stack', 'code'] as const).map((key) => readField(source, key));
    const inner = cause(readField(source, 'cause'), depth + 1);
    const copy = new Error(text(written(message)), inner ? { cause: inner } : undefined);
    copy.name = text(written(name));
    copy.stack = typeof stack === 'string' ? redact(stack).slice(0, mostShownOfStack) : `${copy.name}: ${copy.message}`;
    if (typeof code === 'string') return Object.assign(copy, { code: text(code) });
    return typeof code === 'number' ? Object.assign(copy, { code }) : copy;
  };

  return { text, cause: (error) => cause(error) };
}

/** What to look for, and how far to read for it. */
interface Wanted {
  readonly forms: readonly Form[];
  readonly mostRead: number;
}

/** A secret that begins in the last part of what may be shown is read to its end: half of it would not be known for one. */
function toFind(secrets: Secrets): Wanted {
  const worth = [...new Set(secrets)].filter((secret) => secret !== undefined && secret.length >= shortest) as readonly string[];
  const longest = Math.max(0, ...worth.map(({ length }) => length));
  return { forms: worth.flatMap(formsOf), mostRead: mostRead + longest * longestSpelling };
}

/** The beginning of the text, without what was read only to see where a secret ends. */
function masked(text: string, wanted: Wanted): string {
  if (wanted.forms.length === 0) return text.slice(0, mostRead);
  let [shown, end] = ['', 0];
  for (const [from, to] of rangesOf(wanted.forms, text.slice(0, wanted.mostRead))) {
    if (from >= mostRead) break;
    shown += `${text.slice(end, from)}${mask}`;
    end = to;
  }
  return shown + text.slice(end, mostRead);
}

/** Not `instanceof` alone: an error may come from another realm, as in some test runners. */
function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

function written(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'something that cannot be written as a string';
  }
}
