import type { Suppression, SuppressionKey, SuppressionStore } from '../storage/suppressions.ts';

export function createSuppressions(): SuppressionStore {
  const kept = new Map<string, Suppression>();

  return {
    async add(suppressions) {
      // Every suppression is read before the first one is stored. If reading one throws, nothing changes.
      const added = suppressions.map(copy).filter((one) => {
        const isNew = !kept.has(textOf(one));
        if (isNew) kept.set(textOf(one), one);
        return isNew;
      });
      return added.length;
    },
    async lift(keys) {
      return keys.map(textOf).filter((text) => kept.delete(text)).length;
    },
    async among(messenger, addresses) {
      const found = [...new Set(addresses)].map((address) => kept.get(textOf({ messenger, address })));
      return found.filter((one) => one !== undefined);
    },
    async *list({ messenger, reason, since }) {
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
