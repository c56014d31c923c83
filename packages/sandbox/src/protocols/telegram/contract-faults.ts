import type { Fault } from '@sitemessage/core/testing';
import type { HttpFault } from '../../http/faults.ts';
import { refusalReply, type TelegramError } from './refusal.ts';

/** A fault of the messenger contract in the words of the Bot API. `after`: the message is in the inbox, and then this happens. */
export function faultFor(fault: Fault): HttpFault {
  const { when, times = 1, kind } = fault;
  const at = when === 'after' ? 'taken' : 'request';
  if (kind === 'unknown') return { at, drop: true, times };
  return { at, reply: refusalReply(errorFor(fault)), times };
}

function errorFor({ kind, scope = 'dispatch', retryAfterMs = 1_000 }: Fault): TelegramError {
  if (kind === 'permanent') return { error_code: 403, description: 'Forbidden: bot was blocked by the user' };
  if (kind === 'configuration') return { error_code: 401, description: 'Unauthorized' };
  if (scope === 'dispatch') return { error_code: 500, description: 'Internal Server Error: restart' };
  const retry_after = Math.ceil(retryAfterMs / 1_000);
  return { error_code: 429, description: `Too Many Requests: retry after ${retry_after}`, parameters: { retry_after } };
}
