import type { SiteContext } from '../context.ts';
import { type Breakers, createBreakers } from './breaker.ts';
import { createOutage, type Outage } from './outage.ts';
import { createSendGate, type SendGate } from './send-gate.ts';
import { createUnsettled, type Unsettled } from './unsettled.ts';

/** A site with the state that all of its workers share in this process. */
export interface SendSite extends SiteContext {
  readonly outage: Outage;
  readonly unsettled: Unsettled;
  readonly gate: SendGate;
  readonly breakers: Breakers;
}

export function createSendSite(site: SiteContext): SendSite {
  return {
    ...site,
    outage: createOutage(site.events, site.runtime),
    unsettled: createUnsettled(),
    gate: createSendGate(),
    breakers: createBreakers(site.runtime),
  };
}
