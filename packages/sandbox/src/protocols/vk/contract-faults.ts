import type { Fault } from '@sitemessage/core/testing';
import type { HttpFault } from '../../http/faults.ts';
import type { VkError } from './refusal.ts';
import type { RefusalRule } from './refusals.ts';

/** What a fault of the messenger contract is here: one of HTTP, or an error in VK's own words. */
export type Trouble = { readonly fault: HttpFault } | { readonly error: VkError; readonly rule: RefusalRule };

/** `after`: the message is in the inbox, and then this happens. */
export function troubleFor({ kind, scope = 'dispatch', retryAfterMs, when, times = 1 }: Fault): Trouble {
  const at = when === 'after' ? 'taken' : 'request';
  const say = (error_code: number, error_msg: string): Trouble => ({ error: { error_code, error_msg }, rule: { at, times } });
  if (kind === 'unknown') return { fault: { at, drop: true, times } };
  if (kind === 'permanent') return say(901, "Can't send messages for users without permission");
  if (kind === 'configuration') return say(5, 'User authorization failed: invalid access_token (4).');
  if (scope === 'dispatch') return say(10, 'Internal server error');
  // VK itself never says how long to wait. Who does is the balancer before it.
  if (retryAfterMs !== undefined) {
    const headers = { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
    return { fault: { at, reply: { status: 429, headers, body: 'Too Many Requests' }, times } };
  }
  return say(6, 'Too many requests per second');
}
