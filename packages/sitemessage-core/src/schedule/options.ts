import { isPriority } from '../message/message-type.ts';
import { checkOptions } from '../options.ts';
import { problemOfTime } from '../times.ts';

export interface ScheduleOptions {
  /** Who sends it, in the host application's words; shown to `render`. At most 1,000 characters. Default: nobody. */
  readonly sender?: string;
  /** An integer; higher goes first. Default: the message type's. */
  readonly priority?: number;
  /** Not before this time, in integer milliseconds since 1970. A time before 2001 is refused: it was meant in seconds. Default: at once. */
  readonly dueAt?: number;
  /** Skipped when it has not gone out by this time, in integer milliseconds since 1970, from 2001 on. Default: never. */
  readonly expiresAt?: number;
  /**
   * Makes the call safe to repeat: what was scheduled under this key once is not scheduled again, also for other recipients
   * (`order-7-shipped`). It holds for each place in the call: the first message under a key, the second, and so on. So the same key with
   * more messages stores those alone that come after. Another type or context in the same place is a PermanentError of code
   * `key_conflict`. A key holds for as long as its message is kept, and for 7 days after `cleanupSentMessages` has deleted that.
   * At most 1,000 characters. Default: every call schedules.
   */
  readonly key?: string;
}

const longest = 1_000;

/** @throws TypeError that names the option. */
export function checkScheduleOptions(options: ScheduleOptions): void {
  checkOptions(options, ['sender', 'priority', 'dueAt', 'expiresAt', 'key']);
  checkText('sender', options.sender);
  checkText('key', options.key);
  if (options.key === '') throw new TypeError('`key` is empty; leave it out, or give every occasion a key of its own.');
  checkTime('dueAt', options.dueAt);
  checkTime('expiresAt', options.expiresAt);
  const { priority, dueAt, expiresAt } = options;
  if (priority !== undefined && !isPriority(priority)) {
    throw new TypeError(`\`priority\` must be an integer of at most 32 bits, not ${String(priority)}.`);
  }
  if (dueAt !== undefined && expiresAt !== undefined && expiresAt <= dueAt) {
    throw new TypeError('`expiresAt` is not after `dueAt`: nothing would ever be sent.');
  }
}

function checkText(name: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'string') throw new TypeError(`\`${name}\` must be a string.`);
  if (value.length > longest) throw new TypeError(`\`${name}\` is longer than ${longest} characters.`);
  if (value.includes('\0') || !value.isWellFormed()) throw new TypeError(`\`${name}\` holds a NUL or half of a surrogate pair.`);
}

function checkTime(name: string, value: unknown): void {
  const problem = value === undefined ? undefined : problemOfTime(value, 'Date.now() + 60_000');
  if (problem !== undefined) throw new TypeError(`\`${name}\` ${problem}`);
}
