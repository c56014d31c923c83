import { describe, expect, expectTypeOf, it } from 'vitest';
import type { SmtpFault } from '../src/index.ts';
import { createFaults } from '../src/protocols/smtp/faults.ts';

const faults = () => createFaults(() => 0);
const reply = '550 5.1.1 No such user';

/** [what the error says, the fault] */
const wrong: readonly (readonly [string, object])[] = [
  ['`at` must be one of connect, auth, mail, rcpt, data, content, taken', { at: 'rcpt to', reply }],
  ['`at` must be one of connect', { reply }],
  ['`at` must be one of connect', { at: 'toString', reply }],
  ['`to` says nothing at connect', { at: 'connect', reply, to: 'ann@example.com' }],
  ['`to` says nothing at auth', { at: 'auth', reply, to: 'ann@example.com' }],
  ['`to` says nothing at mail', { at: 'mail', reply, to: () => true }],
  ['`to` must be an address or a function', { at: 'rcpt', reply, to: ['ann@example.com'] }],
  ['`to` must be an address or a function', { at: 'rcpt', reply, to: null }],
  ['one of `reply`, `drop`, `silent` and `delayMs`; there is none', { at: 'rcpt' }],
  ['one of `reply`, `drop`, `silent` and `delayMs`; there is none', { at: 'rcpt', reply: undefined }],
  ['one of `reply`, `drop`, `silent` and `delayMs`; there are `reply` and `drop`', { at: 'rcpt', reply, drop: true }],
  ['there are `silent` and `delayMs`', { at: 'rcpt', delayMs: 1, silent: true }],
  ['`reply` must begin with a code such as 450 or 550', { at: 'rcpt', reply: 'No such user' }],
  ['`reply` must begin with a code such as 450 or 550', { at: 'rcpt', reply: '55 No such user' }],
  ['`reply` must begin with a code such as 450 or 550', { at: 'rcpt', reply: '5500 No such user' }],
  ['`reply` must begin with a code such as 450 or 550', { at: 'rcpt', reply: '550-No such user' }],
  ['`reply` must begin with a code such as 450 or 550', { at: 'rcpt', reply: '250 2.1.5 OK' }],
  ['`reply` must begin with a code such as 450 or 550', { at: 'taken', reply: '354 Go on' }],
  ['`reply` must begin with a code such as 450 or 550', { at: 'rcpt', reply: 550 }],
  ['`reply` must begin with a code such as 450 or 550', { at: 'rcpt', reply: '' }],
  ['on one line', { at: 'rcpt', reply: '550 No\r\n250 OK' }],
  ['`drop` must be true', { at: 'rcpt', drop: false }],
  ['`silent` must be true', { at: 'rcpt', silent: 'yes' }],
  ['`delayMs` must be', { at: 'rcpt', delayMs: -1 }],
  ['`delayMs` must be', { at: 'rcpt', delayMs: '20' }],
  ['`delayMs` must be', { at: 'rcpt', delayMs: 2 ** 31 }],
  ['`times` must be', { at: 'rcpt', reply, times: -1 }],
  ['`times` must be', { at: 'rcpt', reply, times: 0 }],
  ['`times` must be', { at: 'rcpt', reply, times: 1.5 }],
  ['`times` must be', { at: 'rcpt', reply, times: Number.NaN }],
  ['`chance` must be', { at: 'rcpt', reply, chance: -0.1 }],
  ['`chance` must be', { at: 'rcpt', reply, chance: 10 }],
  ['`chance` must be', { at: 'rcpt', reply, chance: Number.NaN }],
];

describe('a fault that cannot strike as it says', () => {
  it.each(wrong)('is refused by the name of its field: %s in %o', (words, fault) => {
    expect(() => faults().add(fault as SmtpFault)).toThrow(TypeError);
    expect(() => faults().add(fault as SmtpFault)).toThrow(words);
  });

  it('is refused among several, and none of them strikes', () => {
    const some = faults();
    expect(() => some.add({ at: 'auth', reply }, { at: 'mail' } as SmtpFault)).toThrow(TypeError);
    expect(some.strike('auth')).toBeUndefined();
  });

  it('is refused by the compiler, where the compiler can', () => {
    expectTypeOf<{ at: 'rcpt'; reply: string; to: string }>().toExtend<SmtpFault>();
    expectTypeOf<{ at: 'connect' | 'rcpt'; reply: string }>().toExtend<SmtpFault>();
    expectTypeOf<{ at: 'mail'; reply: string; to: string }>().not.toExtend<SmtpFault>();
    expectTypeOf<{ at: 'rcpt'; to: string }>().not.toExtend<SmtpFault>();
    expectTypeOf<{ at: 'rcpt'; reply: string; drop: true }>().not.toExtend<SmtpFault>();
  });
});

describe('a fault that can', () => {
  it.each<SmtpFault>([
    { at: 'connect', reply: '421 4.3.2 Shutting down' },
    { at: 'auth', drop: true },
    { at: 'mail', silent: true, times: Number.POSITIVE_INFINITY },
    { at: 'rcpt', delayMs: 0, to: () => true },
    { at: 'data', reply: '554', chance: 1 },
    { at: 'content', reply, to: 'ann@example.com', times: 2 },
    { at: 'taken', reply: '250 2.0.0 OK queued as 4F8D1A2' },
  ])('is taken, and strikes: %o', (fault) => {
    const some = faults();
    some.add(fault);
    expect(some.strike(fault.at, 'ann@example.com')).toBe(fault);
  });

  it('with a chance of 0 never strikes', () => {
    const some = faults();
    some.add({ at: 'rcpt', reply, chance: 0 });
    expect(some.strike('rcpt', 'ann@example.com')).toBeUndefined();
  });
});
