/**
 * Where a fault strikes: when a client connects, logs in, names the sender, names a recipient, asks to send the content (`data`),
 * is in the middle of it (`content`), or has sent it and it is in the inbox (`taken`).
 */
export type SmtpStage = 'connect' | 'auth' | 'mail' | 'rcpt' | 'data' | 'content' | 'taken';

/** What the server does: answers with a reply, drops the line, never answers, or goes on after a while. */
export type SmtpOutcome =
  /** Code, enhanced code and text, as in `550 5.1.1 No such user`. A 421 closes the connection. At `data` and `content` it comes after the content, which is not kept. */
  | { readonly reply: string; readonly drop?: never; readonly silent?: never; readonly delayMs?: never }
  | { readonly drop: true; readonly reply?: never; readonly silent?: never; readonly delayMs?: never }
  | { readonly silent: true; readonly reply?: never; readonly drop?: never; readonly delayMs?: never }
  | { readonly delayMs: number; readonly reply?: never; readonly drop?: never; readonly silent?: never };

export type SmtpFault = SmtpOutcome & {
  readonly at: SmtpStage;
  /** Only for this recipient, or for those that fit; from `rcpt` on. Default: everybody. */
  readonly to?: string | ((address: string) => boolean);
  /** Default 1; `Infinity` for until it is lifted. */
  readonly times?: number;
  /** How likely it strikes, in [0, 1], by the sandbox's seed. Default 1. */
  readonly chance?: number;
};

/** What goes wrong, in the order in which it was asked for. */
export interface SmtpFaults {
  /** One fault, or several of which whichever is met uses up the `times` of the first. Returns what lifts it. */
  add(...faults: readonly [SmtpFault, ...SmtpFault[]]): () => void;
  /** The fault that strikes here and now, counted. */
  strike(stage: SmtpStage, address?: string): SmtpOutcome | undefined;
  clear(): void;
}

export function createFaults(random: () => number): SmtpFaults {
  const rules = new Set<{ readonly faults: readonly SmtpFault[]; left: number }>();
  return {
    add(...faults) {
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
