import { AddressError } from '@sitemessage/core';
import type { VkAddress } from './types.ts';

/** The target of a stored address. */
export interface Destination {
  readonly kind: 'wall' | 'peer';
  /** The id: a user above zero, a community below. A peer above 2,000,000,000 is a chat. */
  readonly id: number;
}

const stored = /^(peer:)?(-?[1-9]\d*)$/;

/**
 * Returns `12345` or `-12345` for a wall, `peer:12345` for private messages.
 *
 * @throws AddressError `address`.
 */
export function getAddress(given: VkAddress): string {
  const text = typeof given === 'object' && given !== null ? peerOf(given) : given;
  const address = typeof text === 'number' ? String(text) : text;
  if (typeof address === 'string') {
    const id = stored.exec(address)?.[2];
    // VK's ids have 64 bits, but are far below the 53 bits of a safe integer.
    if (id !== undefined && Number.isSafeInteger(Number(id))) return address;
  }
  throw new AddressError(
    'the address must be the id of a user, for example 12345, or of a community, for example -12345, for their wall; or { peer: 12345 } for a private message.',
  );
}

/** Reads an address that `getAddress` made. */
export function destinationOf(address: string): Destination {
  const [, peer, id] = stored.exec(address) ?? [];
  return { kind: peer === undefined ? 'wall' : 'peer', id: Number(id) };
}

/**
 * Returns undefined for a peer that is neither a number nor a text, because any object can be converted to a
 * text.
 */
function peerOf({ peer }: { readonly peer?: unknown }): string | undefined {
  return typeof peer === 'number' || typeof peer === 'string' ? `peer:${peer}` : undefined;
}
