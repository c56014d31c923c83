import { createHash } from 'node:crypto';
import type { Limit } from '@sitemessage/core';
import type { Settings } from './options.ts';

/**
 * What VK allows a token: https://dev.vk.com/en/api/api-requests. The key is the same wherever the same token is used, and no secret:
 * 32 bits of a hash of some 500 random ones lead back to nothing. Two tokens that meet in it, one pair in four billion, would
 * share a pace.
 */
export function limitsOf({ accessToken, requestsPerSecond }: Pick<Settings, 'accessToken' | 'requestsPerSecond'>): readonly Limit[] {
  const token = createHash('sha256').update(accessToken).digest('hex').slice(0, 8);
  // No burst: VK counts in seconds of its own.
  return [{ key: `vk ${token}`, intervalMs: Math.ceil(1_000 / requestsPerSecond), burst: 1 }];
}

/** Enough for that many a second while a request takes half of one, and never so many that a pause comes too late. */
export const concurrencyFor = (requestsPerSecond: number): number => Math.min(10, Math.ceil(requestsPerSecond / 2));
