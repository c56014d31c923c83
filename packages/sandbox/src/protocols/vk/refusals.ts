import type { VkError } from './refusal.ts';

/** Before a method is done, or when it is done and in the inbox. */
type RefusalStage = 'request' | 'taken';

export interface RefusalRule {
  readonly at?: RefusalStage;
  /** As VK writes it: `wall.post`. Default: every one. */
  readonly method?: string;
  /** From 1; `Infinity` for until it is lifted. Default 1. */
  readonly times?: number;
}

/** Errors of VK that were asked for, in that order. */
export interface Refusals {
  /** Returns what lifts it. TypeError for an error without a code, and for a count that is none. */
  add(error: VkError, rule?: RefusalRule): () => void;
  /** The error that is due here and now, counted. */
  strike(stage: RefusalStage, method: string): VkError | undefined;
  clear(): void;
}

export function createRefusals(): Refusals {
  const rules = new Set<{ readonly error: VkError; readonly rule: RefusalRule; left: number }>();
  return {
    add(error, rule = {}) {
      const { times = 1 } = rule;
      if (!Number.isInteger(error.error_code)) throw new TypeError('`error_code` of the error must be an integer.');
      if (!(times === Number.POSITIVE_INFINITY || Number.isInteger(times)) || times < 1) {
        throw new TypeError('`times` of the error must be an integer of at least 1, or Infinity.');
      }
      const added = { error, rule, left: times };
      rules.add(added);
      return () => void rules.delete(added);
    },
    strike(stage, method) {
      for (const one of rules) {
        const { error, rule } = one;
        if (one.left <= 0 || (rule.at ?? 'request') !== stage || (rule.method ?? method) !== method) continue;
        one.left -= 1;
        return error;
      }
      return undefined;
    },
    clear: () => rules.clear(),
  };
}
