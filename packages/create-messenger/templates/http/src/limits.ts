import type { Limit } from '@sitemessage/core';

/**
 * 20 messages a second in all, and one a second to a recipient after the first three; all workers on one storage share them.
 *
 * CHANGE: what the provider allows. No secret may be in a key: it is stored.
 */
export function limitsOf(address: string): readonly Limit[] {
  return [
    { key: 'my-protocol', intervalMs: 50, burst: 1 },
    { key: `my-protocol ${address}`, intervalMs: 1_000, burst: 3 },
  ];
}
