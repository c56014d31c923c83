import type { Fault } from '@sitemessage/core/testing';
import type { SmtpFault } from './faults.ts';

/** A fault of the messenger contract in the words of SMTP. `after`: the mail is in the inbox, and then this happens. */
export function faultsFor(fault: Fault): readonly [SmtpFault, ...SmtpFault[]] {
  const times = fault.times ?? 1;
  if (fault.kind === 'unknown') return [{ at: 'taken', drop: true, times }];
  if (fault.kind === 'configuration' && fault.when === 'before') {
    // A client that logs in meets the first, one that does not, or has done so, the second.
    return [
      { at: 'auth', reply: '535 5.7.8 Authentication credentials invalid', times },
      { at: 'mail', reply: '530 5.7.0 Authentication required' },
    ];
  }
  const { stage, reply } = refusal(fault);
  return [{ at: fault.when === 'after' ? 'taken' : stage, reply, times }];
}

function refusal({ kind, scope = 'dispatch', retryAfterMs }: Fault): { readonly stage: 'mail' | 'rcpt'; readonly reply: string } {
  const wait = retryAfterMs === undefined ? '' : `, try again in ${Math.ceil(retryAfterMs / 1_000)} seconds`;
  if (kind === 'permanent') return { stage: 'rcpt', reply: '550 5.1.1 No such user' };
  if (kind === 'configuration') return { stage: 'mail', reply: '550 5.7.1 Sender not allowed' };
  if (scope === 'messenger') return { stage: 'mail', reply: `421 4.7.0 Too many messages from you${wait}` };
  if (scope === 'address') return { stage: 'rcpt', reply: `450 4.2.1 The mailbox is receiving mail too quickly${wait}` };
  return { stage: 'rcpt', reply: `451 4.7.1 Greylisted${wait}` };
}
