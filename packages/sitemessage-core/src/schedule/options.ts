import { isPriority } from '../message/message-type.ts';
import { check, checkOptions, invalidOption, type OptionCheck } from '../validate.ts';

/** The options of `scheduleMessages` and `prepare`. */
export interface ScheduleOptions {
  /**
   * The sender, in the application's own words. `render` gets it. At most 1,000 characters. Default: none.
   */
  readonly sender?: string;
  /** The priority: an integer of at most 32 bits. Higher goes first. Default: the message type's. */
  readonly priority?: number;
  /**
   * The earliest time to send, in integer milliseconds since 1970. A time before 2001 is refused, because
   * it is probably in seconds. Default: now.
   */
  readonly dueAt?: number;
  /**
   * The time after which unsent dispatches are skipped, in integer milliseconds since 1970. A time before
   * 2001 is refused. Must be after `dueAt`. Default: never.
   */
  readonly expiresAt?: number;
  /**
   * The idempotency key, such as `order-7-shipped`. A call with a used key schedules nothing again, not
   * even for other recipients. It covers each message by its position, so a longer call stores only the
   * added ones. Another type or context in a position is a PermanentError, `key_conflict`. A key lasts as
   * long as its message, and 7 days after `cleanupSentMessages` deletes that. At most 1,000 characters.
   * Default: none.
   */
  readonly key?: string;
}

/** The most characters of `sender` and of `key`. */
const longest = 1_000;

const isKey: OptionCheck = (value) =>
  value === '' ? 'is empty. Leave it out, or give each occasion its own key' : check.text(longest)(value);
const isTime = check.time('Date.now() + 60_000');

const optionChecks: Readonly<Record<keyof ScheduleOptions, OptionCheck>> = {
  sender: check.text(longest),
  priority: isPriority,
  dueAt: isTime,
  expiresAt: isTime,
  key: isKey,
};

/** @throws ArgumentError `option_unknown` or `option_invalid`, which names the option. */
export function checkScheduleOptions(options: ScheduleOptions): void {
  checkOptions(options, optionChecks, { of: 'scheduleMessages' });
  const { dueAt, expiresAt } = options;
  if (dueAt !== undefined && expiresAt !== undefined && expiresAt <= dueAt) {
    throw invalidOption('expiresAt', 'must be after `dueAt`. Otherwise nothing would be sent');
  }
}
