import { describe, expect, expectTypeOf, it } from 'vitest';
import type { SmtpFault } from '../src/index.ts';
import { createSmtpFaults } from '../src/protocols/smtp/faults.ts';

const faults = () => createSmtpFaults(() => 0);
const reply = '550 5.1.1 No such user';

/** Faults, each with its wrong field and a part of the error. */
const wrong: readonly (readonly [string, string, object])[] = [
  ['at', 'must be connect, auth, mail, rcpt, data, content, taken, not "rcpt to"', { at: 'rcpt to', reply }],
  ['at', 'is missing', { reply }],
  ['at', 'must be connect', { at: 'toString', reply }],
  ['to', 'has no effect at connect', { at: 'connect', reply, to: 'ann@example.com' }],
  ['to', 'has no effect at auth', { at: 'auth', reply, to: 'ann@example.com' }],
  ['to', 'has no effect at mail', { at: 'mail', reply, to: () => true }],
  ['to', 'must be an address or a function', { at: 'rcpt', reply, to: ['ann@example.com'] }],
  ['to', 'must be an address or a function', { at: 'rcpt', reply, to: null }],
  ['fault', 'exactly one of `reply`, `drop`, `silent`, `delayMs`. It has none.', { at: 'rcpt' }],
  ['fault', 'It has none.', { at: 'rcpt', reply: undefined }],
  ['fault', 'It has `reply`, `drop`.', { at: 'rcpt', reply, drop: true }],
  ['fault', 'It has `silent`, `delayMs`.', { at: 'rcpt', delayMs: 1, silent: true }],
  ['reply', 'must be one line that begins with a code', { at: 'rcpt', reply: 'No such user' }],
  ['reply', 'must be one line that begins with a code', { at: 'rcpt', reply: '55 No such user' }],
  ['reply', 'must be one line that begins with a code', { at: 'rcpt', reply: '5500 No such user' }],
  ['reply', 'must be one line that begins with a code', { at: 'rcpt', reply: '550-No such user' }],
  ['reply', 'must be one line that begins with a code', { at: 'rcpt', reply: '250 2.1.5 OK' }],
  ['reply', 'must be one line that begins with a code', { at: 'taken', reply: '354 Go on' }],
  ['reply', 'must be a string', { at: 'rcpt', reply: 550 }],
  ['reply', 'must be one line that begins with a code', { at: 'rcpt', reply: '' }],
  ['reply', 'must be one line that begins with a code', { at: 'rcpt', reply: '550 No\r\n250 OK' }],
  ['drop', 'must be true', { at: 'rcpt', drop: false }],
  ['silent', 'must be true', { at: 'rcpt', silent: 'yes' }],
  ['delayMs', 'must be whole milliseconds', { at: 'rcpt', delayMs: -1 }],
  ['delayMs', 'must be whole milliseconds', { at: 'rcpt', delayMs: '20' }],
  ['delayMs', 'must be whole milliseconds', { at: 'rcpt', delayMs: 2 ** 31 }],
  ['times', 'must be an integer, 1 or more, or Infinity', { at: 'rcpt', reply, times: -1 }],
  ['times', 'must be an integer, 1 or more, or Infinity', { at: 'rcpt', reply, times: 0 }],
  ['times', 'must be an integer, 1 or more, or Infinity', { at: 'rcpt', reply, times: 1.5 }],
  ['times', 'must be an integer, 1 or more, or Infinity', { at: 'rcpt', reply, times: Number.NaN }],
  ['chance', 'must be a number from 0 to 1', { at: 'rcpt', reply, chance: -0.1 }],
  ['chance', 'must be a number from 0 to 1', { at: 'rcpt', reply, chance: 10 }],
  ['chance', 'must be a number from 0 to 1', { at: 'rcpt', reply, chance: Number.NaN }],
];

describe('a wrong fault', () => {
  it.each(wrong)('is refused with an ArgumentError that names the field: `%s` %s in %o', (field, words, fault) => {
    const error = { name: 'ArgumentError', field, message: expect.stringContaining(words) };
    expect(() => faults().add(fault as SmtpFault)).toThrow(expect.objectContaining(error));
  });

  it('is refused for a field that no fault has', () => {
    const fault = { at: 'rcpt', reply, time: 2 } as SmtpFault;
    expect(() => faults().add(fault)).toThrow(expect.objectContaining({ code: 'option_unknown', field: 'time' }));
  });

  it('is refused among several, and none of them strikes', () => {
    const some = faults();
    expect(() => some.add({ at: 'auth', reply }, { at: 'mail' } as SmtpFault)).toThrow(expect.objectContaining({ field: 'fault' }));
    expect(some.trigger('auth')).toBeUndefined();
  });

  it('is refused by the compiler, where that is possible', () => {
    expectTypeOf<{ at: 'rcpt'; reply: string; to: string }>().toExtend<SmtpFault>();
    expectTypeOf<{ at: 'connect' | 'rcpt'; reply: string }>().toExtend<SmtpFault>();
    expectTypeOf<{ at: 'mail'; reply: string; to: string }>().not.toExtend<SmtpFault>();
    expectTypeOf<{ at: 'rcpt'; to: string }>().not.toExtend<SmtpFault>();
    expectTypeOf<{ at: 'rcpt'; reply: string; drop: true }>().not.toExtend<SmtpFault>();
  });
});

describe('a right fault', () => {
  it.each<SmtpFault>([
    { at: 'connect', reply: '421 4.3.2 Shutting down' },
    { at: 'auth', drop: true },
    { at: 'mail', silent: true, times: Number.POSITIVE_INFINITY },
    { at: 'rcpt', delayMs: 0, to: () => true },
    { at: 'data', reply: '554', chance: 1 },
    { at: 'content', reply, to: 'ann@example.com', times: 2 },
    { at: 'taken', reply: '250 2.0.0 OK queued as 4F8D1A2' },
  ])('is accepted, and strikes: %o', (fault) => {
    const some = faults();
    some.add(fault);
    expect(some.trigger(fault.at, 'ann@example.com')).toBe(fault);
  });

  it('with a chance of 0 never strikes', () => {
    const some = faults();
    some.add({ at: 'rcpt', reply, chance: 0 });
    expect(some.trigger('rcpt', 'ann@example.com')).toBeUndefined();
  });
});
