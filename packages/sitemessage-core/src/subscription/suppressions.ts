import { listsOf, type Recipients } from '../messenger/recipients.ts';
import type { Parts } from '../parts.ts';
import { checkSuppressionFilter } from '../queue/filter.ts';
import { resolveAll } from '../queue/rows.ts';
import type { Suppression, SuppressionFilter, SuppressionKey, SuppressionReason } from '../storage/suppressions.ts';

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

export function createSuppressions(ready: () => Promise<Parts>): Suppressions {
  return {
    async add(recipients) {
      const parts = await ready();
      const at = await parts.clock.now();
      return parts.storage.suppressions.add((await resolved(recipients, parts)).map((key) => ({ ...key, reason: 'manual', at })));
    },
    async lift(recipients) {
      const parts = await ready();
      return parts.storage.suppressions.lift(await resolved(recipients, parts));
    },
    async *list(filter = {}) {
      yield* (await ready()).storage.suppressions.list(checkSuppressionFilter(filter));
    },
  };
}

/** Nothing more is sent to this address. Told when that is new. */
export async function suppress({ messenger, address }: SuppressionKey, reason: SuppressionReason, parts: Parts): Promise<void> {
  const { storage, clock, events } = parts;
  const added = await storage.suppressions.add([{ messenger, address, reason, at: await clock.now() }]);
  if (added > 0) events.emit({ type: 'suppressed', messenger, address, reason });
}

async function resolved(recipients: Recipients | readonly Recipients[], parts: Parts): Promise<readonly SuppressionKey[]> {
  const found = (await Array.fromAsync(resolveAll(listsOf(recipients), parts))).flat();
  return found.map(({ messenger, address }) => ({ messenger, address }));
}
