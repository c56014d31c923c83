import type { SiteContext } from '../context.ts';
import type { SuppressionKey, SuppressionReason } from '../storage/suppressions.ts';

/** Nothing more is sent to this address. Told when that is new. */
export async function suppress({ messenger, address }: SuppressionKey, reason: SuppressionReason, site: SiteContext): Promise<void> {
  const { storage, clock, events } = site;
  const added = await storage.suppressions.add([{ messenger, address, reason, at: await clock.now() }]);
  if (added > 0) events.emit({ type: 'suppressed', messenger, address, reason });
}
