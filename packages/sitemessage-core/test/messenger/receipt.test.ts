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
  ['a whole one', { providerId: 'p1', movedTo: 'b', pauseMs: 700 }, { providerId: 'p1', movedTo: 'b', pauseMs: 700 }],
  ['an empty one', {}, {}],
  ['undefined', undefined, {}],
  ['null', null, {}],
  ['a text', 'p1', {}],
  ['numbers', { providerId: 42, movedTo: -100n, pauseMs: 0.5 }, { providerId: '42', movedTo: '-100', pauseMs: 1 }],
  ['a yes', { providerId: true }, { providerId: 'true' }],
  ['what is no text', { providerId: {}, movedTo: ['b'], pauseMs: '700' }, {}],
  ['what is no time', { pauseMs: Number.NaN }, {}],
  ['no time at all', { pauseMs: 0 }, {}],
  ['a time that passed', { pauseMs: -1 }, {}],
  ['all time', { pauseMs: Number.POSITIVE_INFINITY }, {}],
  ['a year', { pauseMs: 365 * 86_400_000 }, { pauseMs: 86_400_000 }],
  ['what no database takes', { providerId: 'p\0\ud800' }, { providerId: 'p\ufffd' }],
  [
    'what is too long',
    { providerId: 'x'.repeat(501), movedTo: 'y'.repeat(1_001) },
    { providerId: 'x'.repeat(500), movedTo: 'y'.repeat(1_000) },
  ],
  ['what cannot be read', throwing, {}],
])('a receipt is read without complaint: %s', (_, given, read) => {
  expect(readReceipt(given)).toEqual(read);
});
