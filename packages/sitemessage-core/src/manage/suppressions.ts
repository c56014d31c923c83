import type { SiteContext } from '../context.ts';
import { listsOf, type Recipients } from '../recipients/recipients.ts';
import { resolveAll } from '../recipients/resolve.ts';
import type { Suppression, SuppressionFilter, SuppressionKey } from '../storage/suppressions.ts';
import { checkSuppressionFilter } from './filter.ts';

/** The addresses that nothing is sent to. */
export interface Suppressions {
  /**
   * Nothing more is sent to them through these messengers. Returns how many were not suppressed before.
   *
   * @throws AddressError or ConfigurationError for what is wrong with the recipients; nothing is stored then.
   */
  add(recipients: Recipients | readonly Recipients[]): Promise<number>;
  /**
   * They may be sent to again; what was skipped meanwhile stays skipped, until it is requeued. Returns how many were suppressed.
   *
   * @throws AddressError or ConfigurationError for what is wrong with the recipients; nothing is changed then.
   */
  lift(recipients: Recipients | readonly Recipients[]): Promise<number>;
  /**
   * Those that match, in constant memory.
   *
   * @throws TypeError, when it is iterated, for a filter with an unknown field, or one that is undefined or of the wrong type.
   */
  list(filter?: SuppressionFilter): AsyncIterable<Suppression>;
}

export function createSuppressions(ready: () => Promise<SiteContext>): Suppressions {
  return {
    async add(recipients) {
      const site = await ready();
      const at = await site.clock.now();
      return site.storage.suppressions.add((await resolved(recipients, site)).map((key) => ({ ...key, reason: 'manual', at })));
    },
    async lift(recipients) {
      const site = await ready();
      return site.storage.suppressions.lift(await resolved(recipients, site));
    },
    async *list(filter = {}) {
      yield* (await ready()).storage.suppressions.list(checkSuppressionFilter(filter));
    },
  };
}

async function resolved(recipients: Recipients | readonly Recipients[], site: SiteContext): Promise<readonly SuppressionKey[]> {
  const found = (await Array.fromAsync(resolveAll(listsOf(recipients), site))).flat();
  return found.map(({ messenger, address }) => ({ messenger, address }));
}
