import { createHash } from 'node:crypto';
import type { Limit } from '@sitemessage/core';

/**
 * 20 messages a second in all, and one a second to a recipient after the first three; all workers on one storage that send with this token
 * share them, and other accounts have their own. No secret may be in a key, which is stored: a few digits of a hash lead back to nothing.
 *
 * CHANGE: what the provider allows, and to whom: an account, or everybody on one host.
 */
export function limitsOf(token: string, address: string): readonly Limit[] {
  const account = createHash('sha256').update(token).digest('hex').slice(0, 8);
  return [
    { key: `my-protocol ${account}`, intervalMs: 50, burst: 1 },
    { key: `my-protocol ${account} ${address}`, intervalMs: 1_000, burst: 3 },
  ];
}
