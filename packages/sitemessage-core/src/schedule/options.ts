import { isPriority } from '../message/message-type.ts';
import { check, checkOptions, invalidOption, type OptionCheck } from '../validate.ts';

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

const isKey: OptionCheck = (value) =>
  value === '' ? 'is empty. Leave it out, or give each occasion its own key' : check.text(longest)(value);
const isTime = check.time('Date.now() + 60_000');

/** @throws ArgumentError that names the option. */
export function checkScheduleOptions(options: ScheduleOptions): void {
  const checks = { sender: check.text(longest), priority: isPriority, dueAt: isTime, expiresAt: isTime, key: isKey };
  checkOptions(options, checks, { of: 'scheduleMessages' });
  const { dueAt, expiresAt } = options;
  if (dueAt !== undefined && expiresAt !== undefined && expiresAt <= dueAt) {
    throw invalidOption('expiresAt', 'must be after `dueAt`. Otherwise nothing would be sent');
  }
}
