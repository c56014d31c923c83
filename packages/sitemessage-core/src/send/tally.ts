import type { SitemessageEvent } from '../events.ts';
import type { Result } from './settler.ts';

/** How many dispatches had which result. */
export type Tally = Record<'sent' | 'error' | 'failed' | 'skipped', number>;

export const noTally = (): Tally => ({ sent: 0, error: 0, failed: 0, skipped: 0 });

export function addTally(tally: Tally, more: Readonly<Tally>): void {
  for (const key of Object.keys(tally) as (keyof Tally)[]) tally[key] += more[key];
}

/** Returns the event for a stored result. */
export function eventOf({ dispatch, settlement, recipientGone = false }: Result): SitemessageEvent {
  switch (settlement.status) {
    case 'sent':
      return { type: 'sent', dispatch, ...(settlement.providerId !== undefined && { providerId: settlement.providerId }) };
    case 'error':
      return { type: 'error', dispatch, error: settlement.error, dueAt: settlement.dueAt };
    case 'failed':
      return { type: 'failed', dispatch, error: settlement.error, recipientGone };
    case 'skipped':
      return { type: 'skipped', dispatch, reason: settlement.reason };
    case 'released':
      return { type: 'released', dispatch, dueAt: settlement.dueAt };
  }
}
