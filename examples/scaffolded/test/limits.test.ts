import { describe, expect, it } from 'vitest';
import { pigeonPost } from '../src/index.ts';

const token = 'a-token-that-nobody-should-see';
const keysOf = (token: string, address: string): readonly string[] => (pigeonPost({ token }).limits?.(address) ?? []).map(({ key }) => key);

describe('the rate limits', () => {
  it('are shared by all messengers with one token, and by no other account', () => {
    expect(keysOf(token, 'ann')).toEqual(keysOf(token, 'ann'));
    const others = keysOf('another-token', 'ann');
    for (const key of keysOf(token, 'ann')) expect(others).not.toContain(key);
  });

  it('are one for each recipient, and one for all recipients', () => {
    const [ofAll, ofAnn] = keysOf(token, 'ann');
    const [ofAllAgain, ofBob] = keysOf(token, 'bob');
    expect(ofAllAgain).toBe(ofAll);
    expect(ofBob).not.toBe(ofAnn);
  });

  it('have no secret in their keys, which are stored', () => {
    for (const key of keysOf(token, 'ann')) expect(key).not.toContain(token);
  });
});
