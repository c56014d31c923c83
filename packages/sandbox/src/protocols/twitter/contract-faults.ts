import type { Fault } from '@sitemessage/core/testing';
import { contractFault } from '../../http/contract-fault.ts';
import type { HttpFault } from '../../http/faults.ts';
import { forbidden, invalid, refusalReply, type TwitterError } from './refusal.ts';

/** `now`: milliseconds since 1970. */
export const faultFor = (fault: Fault, now: number): HttpFault => contractFault(fault, (one) => refusalReply(errorFor(one, now)));

function errorFor({ kind, scope = 'dispatch', retryAfterMs = 60_000 }: Fault, now: number): TwitterError {
  if (kind === 'permanent') return invalid('text: is not what it should be').error;
  // Not 401, which new tokens can mend.
  if (kind === 'configuration') {
    return forbidden('Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.').error;
  }
  if (scope === 'dispatch') return { status: 503, title: 'Service Unavailable', type: 'about:blank', detail: 'Service Unavailable' };
  const reset = String(Math.ceil((now + retryAfterMs) / 1_000));
  const headers = { 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': reset };
  return { status: 429, title: 'Too Many Requests', type: 'about:blank', detail: 'Too Many Requests', headers };
}
