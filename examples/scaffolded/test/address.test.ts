import { describe, expect, it } from 'vitest';
import { getAddress } from '../src/address.ts';

describe('an address', () => {
  it.each(['ann', '@ann', 'Ann', '@ANN'])('has one form for all spellings: %s', (given) => expect(getAddress(given)).toBe('ann'));

  it.each(['', '@', '@@ann', '7ann', 'ann@example.com', 'ann smith', 'ann\n'])(
    'is refused when it is not the name of an account: %j',
    (given) => expect(() => getAddress(given)).toThrow(expect.objectContaining({ kind: 'address', code: 'pigeon_post_address' })),
  );
});
