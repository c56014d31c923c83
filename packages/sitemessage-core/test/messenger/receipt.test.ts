import { expect, it } from 'vitest';
import { readReceipt } from '../../src/messenger/receipt.ts';

const throwing = new Proxy(
  {},
  {
    get() {
      throw new Error('not now');
    },
  },
);

it.each<[what: string, given: unknown, read: object]>([
  ['all fields', { providerId: 'p1', movedTo: 'b', pauseMs: 700 }, { providerId: 'p1', movedTo: 'b', pauseMs: 700 }],
  ['an empty object', {}, {}],
  ['undefined', undefined, {}],
  ['null', null, {}],
  ['a string', 'p1', {}],
  ['numbers', { providerId: 42, movedTo: -100n, pauseMs: 0.5 }, { providerId: '42', movedTo: '-100', pauseMs: 1 }],
  ['a boolean', { providerId: true }, { providerId: 'true' }],
  ['wrong types', { providerId: {}, movedTo: ['b'], pauseMs: '700' }, {}],
  ['a pause of NaN', { pauseMs: Number.NaN }, {}],
  ['a pause of 0', { pauseMs: 0 }, {}],
  ['a negative pause', { pauseMs: -1 }, {}],
  ['an infinite pause', { pauseMs: Number.POSITIVE_INFINITY }, {}],
  ['a pause of a year', { pauseMs: 365 * 86_400_000 }, { pauseMs: 86_400_000 }],
  ['a NUL and half of a surrogate pair', { providerId: 'p\0\ud800' }, { providerId: 'p\ufffd' }],
  [
    'texts that are too long',
    { providerId: 'x'.repeat(501), movedTo: 'y'.repeat(1_001) },
    { providerId: 'x'.repeat(500), movedTo: 'y'.repeat(1_000) },
  ],
  ['getters that throw', throwing, {}],
])('readReceipt never throws: %s', (_, given, read) => {
  expect(readReceipt(given)).toEqual(read);
});
