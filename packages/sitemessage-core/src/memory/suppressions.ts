import type { Suppression, SuppressionKey, SuppressionStore } from '../storage/suppressions.ts';

export function createSuppressions(open: () => void): SuppressionStore {
  const kept = new Map<string, Suppression>();

  return {
    async add(suppressions) {
      open();
      // All of them are read before the first one is kept.
      const added = suppressions.map(copy).filter((one) => {
        const isNew = !kept.has(textOf(one));
        if (isNew) kept.set(textOf(one), one);
        return isNew;
      });
      return added.length;
    },
    async lift(keys) {
      open();
      return keys.map(textOf).filter((text) => kept.delete(text)).length;
    },
    async among(messenger, addresses) {
      open();
      const found = [...new Set(addresses)].map((address) => kept.get(textOf({ messenger, address })));
      return found.filter((one) => one !== undefined);
    },
    async *list({ messenger, reason, since }) {
      open();
      for (const one of [...kept.values()]) {
        if (messenger !== undefined && one.messenger !== messenger) continue;
        if (reason !== undefined && one.reason !== reason) continue;
        if (since === undefined || one.at >= since) yield one;
      }
    },
  };
}

const textOf = ({ messenger, address }: SuppressionKey): string => JSON.stringify([messenger, address]);

const copy = ({ messenger, address, reason, at }: Suppression): Suppression => Object.freeze({ messenger, address, reason, at });
