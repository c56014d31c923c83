import type { Fault } from '@sitemessage/core/testing';
import { contractFault } from '../../http/contract-fault.ts';
import type { HttpFault } from '../../http/faults.ts';
import { refusalReply, type TelegramError } from './refusal.ts';

export const faultFor = (fault: Fault): HttpFault => contractFault(fault, (one) => refusalReply(errorFor(one)));

function errorFor({ kind, scope = 'dispatch', retryAfterMs = 1_000 }: Fault): TelegramError {
  if (kind === 'permanent') return { error_code: 403, description: 'Forbidden: bot was blocked by the user' };
  if (kind === 'configuration') return { error_code: 401, description: 'Unauthorized' };
  if (scope === 'dispatch') return { error_code: 500, description: 'Internal Server Error: restart' };
  const retry_after = Math.ceil(retryAfterMs / 1_000);
  return { error_code: 429, description: `Too Many Requests: retry after ${retry_after}`, parameters: { retry_after } };
}
