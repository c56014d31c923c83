import type { Fault } from '@sitemessage/core/testing';
import { contractFault } from '../../http/contract-fault.ts';
import type { HttpFault, HttpReply } from '../../http/faults.ts';
import { refusalReply } from './refusal.ts';
import { usageHeaders } from './usage.ts';

export const faultFor = (fault: Fault): HttpFault => contractFault(fault, replyFor);

function replyFor({ kind, scope = 'dispatch', retryAfterMs = 0 }: Fault): HttpReply {
  if (kind === 'permanent') return refusalReply({ code: 100, message: '(#100) Invalid parameter' });
  if (kind === 'configuration') return refusalReply({ code: 190, error_subcode: 463, message: 'Session has expired' });
  if (scope === 'dispatch')
    return refusalReply({ code: 2, is_transient: true, message: 'An unexpected error has occurred. Please retry.' });
  const headers = usageHeaders(100, { regainMinutes: Math.ceil(retryAfterMs / 60_000) });
  return refusalReply({ code: 80_001, message: '(#80001) There have been too many calls to this Page account' }, { headers });
}
