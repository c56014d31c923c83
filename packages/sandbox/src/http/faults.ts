import { checkHttpFault } from './check-fault.ts';

/** An HTTP reply: a status, and a body that is sent as JSON unless it is a text. */
export interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What the server does: answers with a reply, drops the line, never answers, or goes on after a while. */
export type HttpOutcome =
  | { readonly reply: HttpReply; readonly drop?: never; readonly silent?: never; readonly delayMs?: never }
  /** The line breaks. */
  | { readonly drop: true; readonly reply?: never; readonly silent?: never; readonly delayMs?: never }
  /** No answer ever comes, and the line stays open. */
  | { readonly silent: true; readonly reply?: never; readonly drop?: never; readonly delayMs?: never }
  /** So many milliseconds later it goes on as if nothing had been. */
  | { readonly delayMs: number; readonly reply?: never; readonly drop?: never; readonly silent?: never };

/** What goes wrong (one outcome), where, at which method, and how often. */
export type HttpFault = HttpOutcome & {
  /** Before the body is read (`head`), before the request is done (`request`, the default), or when it is done and in the inbox (`taken`). */
  readonly at?: HttpStage;
  /** Only for this method of the provider's API, as it writes it. Default: every one. */
  readonly method?: string;
  /** How often it strikes, from 1; `Infinity` for until it is lifted. Default 1. */
  readonly times?: number;
  /** How likely it strikes, in [0, 1], by the sandbox's seed. Default 1. */
  readonly chance?: number;
};

export type HttpStage = 'head' | 'request' | 'taken';

/** What goes wrong, in the order in which it was asked for. */
export interface HttpFaults {
  /** Returns what lifts it. TypeError for one that cannot strike as it says. */
  add(fault: HttpFault): () => void;
  /** The fault that strikes here and now, counted. */
  strike(stage: HttpStage, method: string): HttpOutcome | undefined;
  clear(): void;
}

export function createHttpFaults(random: () => number): HttpFaults {
  const rules = new Set<{ readonly fault: HttpFault; left: number }>();
  return {
    add(fault) {
      checkHttpFault(fault);
      const rule = { fault, left: fault.times ?? 1 };
      rules.add(rule);
      return () => void rules.delete(rule);
    },
    strike(stage, method) {
      for (const rule of rules) {
        const { fault } = rule;
        if (rule.left <= 0 || (fault.at ?? 'request') !== stage || (fault.method ?? method) !== method) continue;
        if (fault.chance !== undefined && random() >= fault.chance) continue;
        rule.left -= 1;
        return fault;
      }
      return undefined;
    },
    clear: () => rules.clear(),
  };
}
