import { describe, expect, it } from 'vitest';
import { dispatchId, fanOutId, keyedMessageId, placeOf, places } from '../../src/recipients/ids.ts';

const uuidV8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;
const message = '018f3c1e-7b2a-7000-8000-000000000001';

describe('the id of a dispatch', () => {
  it('is a UUID that begins with the time of its message', () => {
    expect(dispatchId(message, 'smtp', 'ann@example.com')).toMatch(uuidV8);
    expect(dispatchId(message, 'smtp', 'ann@example.com').slice(0, 13)).toBe(message.slice(0, 13));
  });

  // Stored rows have these ids: another one for the same dispatch would send it twice.
  it('never changes', () => {
    expect(dispatchId(message, 'smtp', 'ann@example.com')).toBe('018f3c1e-7b2a-8b4d-8cb6-edf9172368cd');
    expect(keyedMessageId('order-7', 0)).toBe('e77c7019-c65d-8eae-8bee-86813ee0e1ee');
  });

  it('is another one for another message, messenger or address', () => {
    const ids = [
      dispatchId(message, 'smtp', 'ann@example.com'),
      dispatchId(message, 'smtp', 'bob@example.org'),
      dispatchId(message, 'pager', 'ann@example.com'),
      dispatchId(message.replace(/1$/, '2'), 'smtp', 'ann@example.com'),
    ];
    expect(new Set(ids).size).toBe(4);
  });
});

describe('the place of a recipient', () => {
  const addresses = Array.from({ length: 100_000 }, (_, index) => `user${index}@example.com`);

  it('comes after the time, the same for every message', () => {
    for (const id of [message, '118f3c1e-0b2a-7000-8000-000000000009']) {
      for (const address of addresses.slice(0, 100)) {
        expect(Number.parseInt(dispatchId(id, 'smtp', address).slice(15, 18), 16)).toBe(placeOf('smtp', address));
      }
    }
  });

  it('is anywhere, for addresses that are alike', () => {
    const counts: number[] = new Array(places).fill(0);
    for (const address of addresses) counts[placeOf('smtp', address)] = (counts[placeOf('smtp', address)] as number) + 1;
    // 24.4 on average, with a deviation of 4.9.
    expect(Math.min(...counts)).toBeGreaterThan(2);
    expect(Math.max(...counts)).toBeLessThan(55);
  });

  it('is where a page begins that begins with the recipient', () => {
    expect(fanOutId(message, 0xabc, 7)).toMatch(/^018f3c1e-7b2a-8abc-8/);
    expect(fanOutId(message, 0xabc, 7)).toMatch(uuidV8);
    expect(fanOutId(message, 0xabc, 8)).not.toBe(fanOutId(message, 0xabc, 7));
    expect(fanOutId(message, 5, 7)).toMatch(/^018f3c1e-7b2a-8005-8/);
  });
});

describe('the id of a message under a key', () => {
  it('is a UUID, one for each place in the call and for each key', () => {
    const ids = [keyedMessageId('a', 0), keyedMessageId('a', 1), keyedMessageId('b', 0), keyedMessageId('0\na', 1)];
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(uuidV8);
  });
});
