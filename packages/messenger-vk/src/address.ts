import { AddressError } from '@sitemessage/core';
import type { VkAddress } from './types.ts';

/** Where a stored address leads. */
export interface Destination {
  readonly kind: 'wall' | 'peer';
  /** A user above zero, a community below; a peer may also be a chat, beyond 2,000,000,000. */
  readonly id: number;
}

const stored = /^(peer:)?(-?[1-9]\d*)$/;

/**
 * `12345` or `-12345` for a wall, `peer:12345` for private messages.
 *
 * @throws AddressError of code `address`.
 */
export function getAddress(given: VkAddress): string {
  const text = typeof given === 'object' && given !== null ? peerOf(given) : given;
  const address = typeof text === 'number' ? String(text) : text;
  if (typeof address === 'string') {
    const id = stored.exec(address)?.[2];
    // VK counts in 64 bits, and is far from the 53 that a number holds.
    if (id !== undefined && Number.isSafeInteger(Number(id))) return address;
  }
  throw new AddressError(
    'the address must be the id of a user, such as 12345, or of a community, such as -12345, for their wall; or { peer: 12345 } for a private message.',
  );
}

/** Of an address that `getAddress` has made. */
export function destinationOf(address: string): Destination {
  const [, peer, id] = stored.exec(address) ?? [];
  return { kind: peer === undefined ? 'wall' : 'peer', id: Number(id) };
}

/** What is neither a number nor a text is no peer, whatever could be written for it. */
function peerOf({ peer }: { readonly peer?: unknown }): string | undefined {
  return typeof peer === 'number' || typeof peer === 'string' ? `peer:${peer}` : undefined;
}
