import { describe, expect, it } from 'vitest';
import { checkScheduleOptions, type ScheduleOptions } from '../../src/schedule/options.ts';
import { setUp } from './schedule-setup.ts';

const highest = 2 ** 31 - 1;
const y2001 = Date.UTC(2001);

describe('the options of scheduling', () => {
  it.each<ScheduleOptions>([
    {},
    { sender: '' },
    { sender: 'x'.repeat(1_000), key: 'x'.repeat(1_000) },
    { key: 'żółć 👍\n' },
    { priority: 0 },
    { priority: highest },
    { priority: -highest },
    { dueAt: y2001 },
    { dueAt: Date.UTC(10_000, 0) - 1 },
    { dueAt: y2001, expiresAt: y2001 + 1 },
    { expiresAt: y2001 },
  ])('accept %j', (options) => {
    expect(() => checkScheduleOptions(options)).not.toThrow();
  });

  it.each([
    [{ sender: 7 }, '`sender` of scheduleMessages must be a string, not a number.'],
    [{ sender: null }, '`sender` of scheduleMessages must be a string, not null.'],
    [{ sender: 'x'.repeat(1_001) }, '`sender` of scheduleMessages is longer than 1000 characters.'],
    [{ sender: 'a\0b' }, '`sender` of scheduleMessages holds a NUL or half of a surrogate pair.'],
    [{ key: 7 }, '`key` of scheduleMessages must be a string, not a number.'],
    [{ key: '' }, '`key` of scheduleMessages is empty. Leave it out, or give each occasion its own key.'],
    [{ key: 'x'.repeat(1_001) }, '`key` of scheduleMessages is longer than 1000 characters.'],
    [{ key: 'a\ud800' }, '`key` of scheduleMessages holds a NUL or half of a surrogate pair.'],
    [{ priority: 1.5 }, '`priority` of scheduleMessages must be an integer, from -2147483647 to 2147483647, not 1.5.'],
    [{ priority: Number.NaN }, '`priority` of scheduleMessages must be an integer, from -2147483647 to 2147483647, not NaN.'],
    [{ priority: highest + 1 }, '`priority` of scheduleMessages must be an integer, from -2147483647 to 2147483647, not 2147483648.'],
    [{ priority: -highest - 1 }, '`priority` of scheduleMessages must be an integer, from -2147483647 to 2147483647, not -2147483648.'],
    [{ priority: '5' }, '`priority` of scheduleMessages must be an integer, from -2147483647 to 2147483647, not "5".'],
    [{ dueAt: new Date(0) }, '`dueAt` of scheduleMessages is a Date. Pass `date.getTime()`.'],
    [{ dueAt: 1.5 }, '`dueAt` of scheduleMessages is 1.5. Pass integer milliseconds since 1970, for example `Date.now() + 60_000`.'],
    [{ dueAt: Number.NaN }, '`dueAt` of scheduleMessages is NaN. Pass integer milliseconds since 1970, for example `Date.now() + 60_000`.'],
    [
      { dueAt: 1_732_900_000 },
      '`dueAt` of scheduleMessages is 1732900000, which is in 1970. Pass milliseconds, for example `Date.now() + 60_000`.',
    ],
    [{ dueAt: 0 }, '`dueAt` of scheduleMessages is 0, which is in 1970. Pass milliseconds, for example `Date.now() + 60_000`.'],
    [{ dueAt: -1 }, '`dueAt` of scheduleMessages is -1, which is before 1970. Pass milliseconds, for example `Date.now() + 60_000`.'],
    [
      { dueAt: y2001 - 1 },
      '`dueAt` of scheduleMessages is 978307199999, which is in 2000. Pass milliseconds, for example `Date.now() + 60_000`.',
    ],
    [
      { dueAt: 1_732_900_000_000_000 },
      '`dueAt` of scheduleMessages is 1732900000000000, which is after the year 9999. Pass milliseconds, for example `Date.now() + 60_000`.',
    ],
    [
      { expiresAt: 1_732_900_000 },
      '`expiresAt` of scheduleMessages is 1732900000, which is in 1970. Pass milliseconds, for example `Date.now() + 60_000`.',
    ],
    [
      { expiresAt: '2026-01-01' },
      '`expiresAt` of scheduleMessages is "2026-01-01". Pass integer milliseconds since 1970, for example `Date.now() + 60_000`.',
    ],
    [
      { expiresAt: {} },
      '`expiresAt` of scheduleMessages is an object. Pass integer milliseconds since 1970, for example `Date.now() + 60_000`.',
    ],
    [
      { expiresAt: null },
      '`expiresAt` of scheduleMessages is null. Pass integer milliseconds since 1970, for example `Date.now() + 60_000`.',
    ],
    [{ dueAt: y2001, expiresAt: y2001 }, '`expiresAt` must be after `dueAt`. Otherwise nothing would be sent.'],
  ])('refuse %j and name the option', (options, message) => {
    expect(() => checkScheduleOptions(options as ScheduleOptions)).toThrow(message);
  });

  it('are checked before a recipient is read or a message is stored', async () => {
    const { site, enqueued, events } = setUp();
    let read = 0;
    function* addresses() {
      read += 1;
      yield 'ann@example.com';
    }
    await expect(site.scheduleMessages('Hi', site.recipients('smtp', addresses()), { priority: 0.5 })).rejects.toThrow('`priority`');
    expect({ read, enqueued, events }).toEqual({ read: 0, enqueued: [], events: [] });
  });
});
