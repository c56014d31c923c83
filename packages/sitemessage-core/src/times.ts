import { kindOf } from './foreign.ts';

/** The start of 2001, in milliseconds. A time in seconds is smaller until the year 32971. */
const earliest = Date.UTC(2001);
/** The end of the year 9999, in milliseconds. A time in microseconds is larger since 1970. */
const latest = Date.UTC(10_000, 0) - 1;

/**
 * Says what is wrong with a time in milliseconds since 1970; undefined for one from 2001 to 9999. `example` is the code for a right one.
 */
export function problemOfTime(value: unknown, example: string): string | undefined {
  if (value instanceof Date) return 'is a Date. Pass `date.getTime()`.';
  if (!Number.isSafeInteger(value)) {
    const given = typeof value === 'number' ? value : typeof value === 'string' ? JSON.stringify(value) : kindOf(value);
    return `is ${given}. Pass integer milliseconds since 1970, for example \`${example}\`.`;
  }
  const time = value as number;
  if (time >= earliest && time <= latest) return undefined;
  const year = time < 0 ? 'before 1970' : time > latest ? 'after the year 9999' : `in ${new Date(time).getUTCFullYear()}`;
  return `is ${time}, which is ${year}. Pass milliseconds, for example \`${example}\`.`;
}
