import { ArgumentError } from './errors.ts';
import { hintFor, kindOf } from './foreign.ts';

/** Returns what is wrong with the value of an option, as the end of a sentence: `must be a string`. Undefined when nothing is. */
export type OptionCheck = (value: unknown) => string | undefined;

export interface CheckOptions {
  /** The owner of the options, for errors: `startWorker`, `smtp`. */
  readonly of: string;
  /** Advice by the name of an option that another library has. It replaces the list of options. Default: none. */
  readonly hints?: Readonly<Record<string, string>>;
}

/**
 * Checks an object of options: a misspelled option would have no effect, and nobody would notice. An option that is undefined
 * counts as left out.
 *
 * @throws ArgumentError `option_unknown` for a name that is not in `checks`, `option_invalid` for a value that its check refuses.
 */
export function checkOptions(options: unknown, checks: Readonly<Record<string, OptionCheck>>, { of, hints = {} }: CheckOptions): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidOption('options', `of ${of} must be an object, not ${kindOf(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) throw unknownOption(name, of, Object.keys(checks), Object.hasOwn(hints, name) ? hints[name] : undefined);
    const problem = value === undefined ? undefined : check(value);
    if (problem !== undefined) throw invalidOption(name, problem, of);
  }
}

/** Makes the error for a wrong option: "`port` of smtp must be an integer". Without `of`, `problem` follows the name at once. */
export function invalidOption(field: string, problem: string, of?: string): ArgumentError {
  const owner = of === undefined ? '' : ` of ${of}`;
  const end = /[.!?]$/.test(problem) ? '' : '.';
  return new ArgumentError(`\`${field}\`${owner} ${problem}${end}`, { code: 'option_invalid', field });
}

function unknownOption(field: string, of: string, known: readonly string[], hint?: string): ArgumentError {
  const advice = hint ?? `Options: ${known.join(', ')}.${didYouMean(field, known)}`;
  return new ArgumentError(`\`${field}\` is not an option of ${of}. ${advice}`, { code: 'option_unknown', field });
}

/** Checks for the values of options. Each returns an {@link OptionCheck}, or is one. */
export const check = {
  /** Accepts everything: for an option that is checked elsewhere. */
  anything: (): undefined => undefined,

  boolean: (value: unknown): string | undefined => (typeof value === 'boolean' ? undefined : `must be true or false, not ${kindOf(value)}`),

  function: (value: unknown): string | undefined =>
    typeof value === 'function' ? undefined : `must be a function, not ${kindOf(value)}.${hintFor(value)}`,

  /** A whole number from `least` to `most`. `unit` names it in the error: `whole milliseconds`. */
  integer(least: number, most: number = Number.MAX_SAFE_INTEGER, unit: string = 'an integer'): OptionCheck {
    return (value) => {
      if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return undefined;
      const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`;
      return `must be ${unit}, ${range}, not ${shown(value)}`;
    };
  },

  /** A text that every storage can keep, of at most `longest` UTF-16 units. */
  text(longest: number): OptionCheck {
    return (value) => {
      if (typeof value !== 'string') return `must be a string, not ${kindOf(value)}.${hintFor(value)}`;
      if (value.length > longest) return `is longer than ${longest} characters`;
      return value.includes('\0') || !value.isWellFormed() ? 'holds a NUL or half of a surrogate pair' : undefined;
    };
  },

  oneOf(known: readonly string[]): OptionCheck {
    return (value) => (known.some((one) => one === value) ? undefined : `must be ${known.join(', ')}, not ${shown(value)}`);
  },

  /** A time in integer milliseconds since 1970, from 2001 to 9999. `example` is the code for a right one. */
  time(example: string): OptionCheck {
    return (value) => {
      if (value instanceof Date) return 'is a Date. Pass `date.getTime()`';
      if (!Number.isSafeInteger(value)) return `is ${shown(value)}. Pass integer milliseconds since 1970, for example \`${example}\``;
      const time = value as number;
      if (time >= earliest && time <= latest) return undefined;
      const year = time < 0 ? 'before 1970' : time > latest ? 'after the year 9999' : `in ${new Date(time).getUTCFullYear()}`;
      return `is ${time}, which is ${year}. Pass milliseconds, for example \`${example}\``;
    };
  },
} as const;

/** The start of 2001, in milliseconds. A time in seconds is smaller until the year 32971. */
const earliest = Date.UTC(2001);
/** The end of the year 9999, in milliseconds. A time in microseconds is larger since 1970. */
const latest = Date.UTC(10_000, 0) - 1;

/** Numbers and short texts are shown as they are. Nothing else is: it may be a secret. */
function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.length <= mostShown ? JSON.stringify(value) : kindOf(value);
}

const mostShown = 100;

/** ` Did you mean "smtp"?`, for the end of an error. Empty when no name is near. */
export function didYouMean(given: string, names: readonly string[]): string {
  const meant = nearest(given, names);
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}

/** The same name in other letters of case, or the name that one typing mistake turns into `given`. */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const typed = given.toLowerCase();
  return names.find((name) => name === given) ?? names.find((name) => isOneOff(typed, name.toLowerCase()));
}

/** One letter more, less or different, or two neighbours swapped. */
function isOneOff(one: string, other: string): boolean {
  const longest = Math.max(one.length, other.length);
  if (longest < 3 || longest > 100) return one === other;
  let start = 0;
  while (start < longest && one[start] === other[start]) start += 1;
  if (start === longest) return true;
  const rest = one.slice(start);
  const otherRest = other.slice(start);
  const isSwap = rest[0] === otherRest[1] && rest[1] === otherRest[0] && rest.slice(2) === otherRest.slice(2);
  return isSwap || rest.slice(1) === otherRest.slice(1) || rest.slice(1) === otherRest || rest === otherRest.slice(1);
}
