import { types } from 'node:util';
import { readField } from './read.ts';

/** Takes secrets out of what is about to be shown or stored. */
export interface Redactor {
  /** The text with every secret replaced by `[redacted]`. */
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

/**
 * A redactor for these secrets, in the forms in which they travel: as they are, percent-encoded (also as a form does it), escaped
 * as JSON, and anywhere inside of base64, as in `Authorization: Basic ...`; in upper or lower case.
 * Empty and undefined ones are passed over; so are those under 4 characters, which no provider issues.
 */
export function redactor(secrets: readonly (string | undefined)[]): Redactor {
  const worth = secrets.filter((secret) => secret !== undefined && secret.length >= shortest) as string[];
  const longestFirst = [...new Set(worth)].sort((a, b) => b.length - a.length);
  const forms = new RegExp(longestFirst.flatMap((secret) => [spelled(secret), ...inBase64(secret)]).join('|'), 'gi');

  const text = (value: string): string => (longestFirst.length === 0 ? value : value.replaceAll(forms, mask));

  const cause = (error: unknown, depth = 0): Error | undefined => {
    if (error === undefined || error === null || depth === deepest) return undefined;
    const source = isError(error) ? error : { name: 'Error', message: written(error) };
    const [name, message, stack, code] = (['name', 'message', 'stack', 'code'] as const).map((key) => readField(source, key));
    const inner = cause(readField(source, 'cause'), depth + 1);
    const copy = new Error(text(written(message)), inner ? { cause: inner } : undefined);
    copy.name = text(written(name));
    copy.stack = typeof stack === 'string' ? text(stack) : `${copy.name}: ${copy.message}`;
    if (typeof code === 'string') return Object.assign(copy, { code: text(code) });
    return typeof code === 'number' ? Object.assign(copy, { code }) : copy;
  };

  return { text, cause: (error) => cause(error) };
}

/** Each character as it is, percent-encoded or escaped as JSON: encoders do not agree on which of them need it. */
function spelled(secret: string): string {
  return [...secret]
    .map((character) => {
      const percent = [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      const units = character.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
      const forms = new Set([
        character,
        JSON.stringify(character).slice(1, -1),
        percent,
        units.join(''),
        ...(character === ' ' ? ['+'] : []),
      ]);
      return `(?:${[...forms].map(literally).join('|')})`;
    })
    .join('');
}

/**
 * What base64 makes of a secret depends on how many bytes stand before it, modulo three. The characters at both ends also hold bits
 * of its neighbours; they are masked with it.
 */
function inBase64(secret: string): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]).toString('base64');
    const shared = (before + Buffer.byteLength(secret)) % 3 !== 0;
    const own = encoded.replace(/=+$/, '').slice(before === 0 ? 0 : before + 1, shared ? -1 : undefined);
    const body = own.replaceAll('+', '[+-]').replaceAll('/', '[/_]');
    return `${before === 0 ? '' : '[a-z0-9+/_-]?'}${body}${shared ? '(?:[a-z0-9+/_-]={0,2})?' : ''}`;
  });
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
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
