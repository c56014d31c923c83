import { checkFault } from './check-fault.ts';

/**
 * Where a fault strikes: when a client connects, logs in, names the sender, names a recipient, asks to send the content (`data`),
 * is in the middle of it (`content`), or has sent it and it is in the inbox (`taken`).
 */
export type SmtpStage = 'connect' | 'auth' | 'mail' | 'rcpt' | 'data' | 'content' | 'taken';

/** What the server does: answers with a reply, drops the line, never answers, or goes on after a while. */
export type SmtpOutcome =
  /**
   * Code (4yz or 5yz), enhanced code and text on one line, as in `550 5.1.1 No such user`. A 421 closes the connection. At `data` and `content` it
   * comes after the content, which is not kept. At `taken` it may be a 250 too, with the words of a server.
   */
  | { readonly reply: string; readonly drop?: never; readonly silent?: never; readonly delayMs?: never }
  /** The line breaks. */
  | { readonly drop: true; readonly reply?: never; readonly silent?: never; readonly delayMs?: never }
  /** No answer ever comes, and the line stays open. */
  | { readonly silent: true; readonly reply?: never; readonly drop?: never; readonly delayMs?: never }
  /** So many milliseconds later it goes on as if nothing had been. */
  | { readonly delayMs: number; readonly reply?: never; readonly drop?: never; readonly silent?: never };

/** What goes wrong (one outcome), where, for whom, and how often. */
export type SmtpFault = SmtpOutcome &
  SmtpPlace & {
    /** How often it strikes, from 1; `Infinity` for until it is lifted. Default 1. */
    readonly times?: number;
    /** How likely it strikes, in [0, 1], by the sandbox's seed. Default 1. */
    readonly chance?: number;
  };

/** Anywhere for everybody, or for some from `rcpt` on: no recipient is known before. */
type SmtpPlace =
  | { readonly at: SmtpStage; readonly to?: never }
  | {
      readonly at: Exclude<SmtpStage, 'connect' | 'auth' | 'mail'>;
      /** Only for this recipient, or for those that fit. Default: everybody. */
      readonly to: string | ((address: string) => boolean);
    };

/** What goes wrong, in the order in which it was asked for. */
export interface SmtpFaults {
  /** One fault, or several of which whichever is met uses up the `times` of the first. Returns what lifts it. TypeError for one that cannot strike as it says. */
  add(...faults: readonly [SmtpFault, ...SmtpFault[]]): () => void;
  /** The fault that strikes here and now, counted. */
  strike(stage: SmtpStage, address?: string): SmtpOutcome | undefined;
  clear(): void;
}

export function createFaults(random: () => number): SmtpFaults {
  const rules = new Set<{ readonly faults: readonly SmtpFault[]; left: number }>();
  return {
    add(...faults) {
      for (const fault of faults) checkFault(fault);
      const rule = { faults, left: faults[0].times ?? 1 };
      rules.add(rule);
      return () => void rules.delete(rule);
    },
    strike(stage, address) {
      for (const rule of rules) {
        const fault = rule.faults.find((one) => one.at === stage && concerns(one, address));
        if (!fault || rule.left <= 0) continue;
        if (fault.chance !== undefined && random() >= fault.chance) continue;
        rule.left -= 1;
        return fault;
      }
      return undefined;
    },
    clear: () => rules.clear(),
  };
}

function concerns({ to }: SmtpFault, address: string | undefined): boolean {
  if (to === undefined) return true;
  if (address === undefined) return false;
  return typeof to === 'string' ? to === address : to(address);
}
