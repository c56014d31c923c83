import type { Claimed } from './claimed.ts';
import type { DispatchSettlement } from './settler.ts';
import type { PacedSlot } from './slot.ts';

/** The next thing to do with one claimed dispatch. */
export type Step = Send | Skip | GiveBack;

/** Send it when its slot comes. */
export interface Send {
  readonly send: Claimed;
  readonly slot: PacedSlot;
}

/** Do not send it: it has a result already. */
export interface Skip {
  readonly skip: Claimed;
  readonly settlement: DispatchSettlement;
}

/** Give it back: it gets no slot in time. */
export interface GiveBack {
  readonly giveBack: Claimed;
  readonly dueAt: number;
}

export const claimedOf = (step: Step): Claimed => ('send' in step ? step.send : 'skip' in step ? step.skip : step.giveBack);
