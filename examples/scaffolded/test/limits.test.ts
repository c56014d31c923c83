import { describe, expect, it } from 'vitest';
import { limitsOf } from '../src/limits.ts';

const token = 'a-token-that-nobody-should-see';
const keysOf = (token: string, address: string): readonly string[] => limitsOf(token, address).map(({ key }) => key);

describe('the pace', () => {
  it('is shared by all who send with one token, and by no other account', () => {
    expect(keysOf(token, 'ann')).toEqual(keysOf(token, 'ann'));
    const others = keysOf('another-token', 'ann');
    for (const key of keysOf(token, 'ann')) expect(others).not.toContain(key);
  });

  it('is kept for each recipient, and for all of them together', () => {
    const [ofAll, ofAnn] = keysOf(token, 'ann');
    const [ofAllAgain, ofBob] = keysOf(token, 'bob');
    expect(ofAllAgain).toBe(ofAll);
    expect(ofBob).not.toBe(ofAnn);
  });

  it('has no secret in its keys, which are stored', () => {
    for (const key of keysOf(token, 'ann')) expect(key).not.toContain(token);
  });
});
