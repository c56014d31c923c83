import type { Fault } from '@sitemessage/core/testing';
import type { HttpFault, HttpReply } from './faults.ts';

/** A fault of the messenger contract over HTTP, in the provider's own words. `after`: the message is in the inbox, and then this happens. */
export function contractFault(fault: Fault, replyFor: (fault: Fault) => HttpReply): HttpFault {
  const { when, times = 1, kind } = fault;
  const at = when === 'after' ? 'taken' : 'request';
  if (kind === 'unknown') return { at, drop: true, times };
  return { at, reply: replyFor(fault), times };
}
