import { describe, expect, it } from 'vitest';
import { checkScheduleOptions, type ScheduleOptions } from '../../src/queue/schedule-options.ts';
import { setUp } from './schedule-setup.ts';

const highest = 2 ** 31 - 1;

describe('options of scheduling', () => {
  it.each<ScheduleOptions>([
    {},
    { sender: '' },
    { sender: 'x'.repeat(1_000), key: 'x'.repeat(1_000) },
    { key: 'żółć 👍\n' },
    { priority: 0 },
    { priority: highest },
    { priority: -highest },
    { dueAt: 0 },
    { dueAt: Number.MAX_SAFE_INTEGER },
    { dueAt: 5, expiresAt: 6 },
    { expiresAt: 0 },
  ])('are taken: %j', (options) => {
    expect(() => checkScheduleOptions(options)).not.toThrow();
  });

  it.each([
    [{ sender: 7 }, '`sender` must be a string.'],
    [{ sender: null }, '`sender` must be a string.'],
    [{ sender: 'x'.repeat(1_001) }, '`sender` is longer than 1000 characters.'],
    [{ sender: 'a\0b' }, '`sender` holds a NUL or half of a surrogate pair.'],
    [{ key: 7 }, '`key` must be a string.'],
    [{ key: '' }, '`key` is empty; leave it out, or give every occasion a key of its own.'],
    [{ key: 'x'.repeat(1_001) }, '`key` is longer than 1000 characters.'],
    [{ key: 'a\ud800' }, '`key` holds a NUL or half of a surrogate pair.'],
    [{ priority: 1.5 }, '`priority` must be an integer of at most 32 bits, not 1.5.'],
    [{ priority: Number.NaN }, '`priority` must be an integer of at most 32 bits, not NaN.'],
    [{ priority: highest + 1 }, '`priority` must be an integer of at most 32 bits, not 2147483648.'],
    [{ priority: -highest - 1 }, '`priority` must be an integer of at most 32 bits, not -2147483648.'],
    [{ priority: '5' }, '`priority` must be an integer of at most 32 bits, not 5.'],
    [{ dueAt: new Date(0) }, '`dueAt` must be a time in integer milliseconds since 1970, not a Date; pass date.getTime().'],
    [{ dueAt: 1.5 }, '`dueAt` must be a time in integer milliseconds since 1970, not 1.5.'],
    [{ dueAt: -1 }, '`dueAt` must be a time in integer milliseconds since 1970, not -1.'],
    [{ dueAt: Number.NaN }, '`dueAt` must be a time in integer milliseconds since 1970, not NaN.'],
    [{ expiresAt: '2026-01-01' }, '`expiresAt` must be a time in integer milliseconds since 1970, not 2026-01-01.'],
    [{ expiresAt: Number.POSITIVE_INFINITY }, '`expiresAt` must be a time in integer milliseconds since 1970, not Infinity.'],
    [{ expiresAt: null }, '`expiresAt` must be a time in integer milliseconds since 1970, not null.'],
    [{ dueAt: 5, expiresAt: 5 }, '`expiresAt` is not after `dueAt`: nothing would ever be sent.'],
  ])('are refused by name: %j', (options, message) => {
    expect(() => checkScheduleOptions(options as ScheduleOptions)).toThrow(new TypeError(message));
  });

  it('are checked before anything is read or stored', async () => {
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
