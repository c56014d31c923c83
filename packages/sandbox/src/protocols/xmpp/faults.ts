import { checkFault } from './check-fault.ts';

/**
 * Where a fault strikes: when a client begins its first stream, asks for the challenge of SCRAM, logs in, binds a resource, enters a room, sends a message (`message`: before it
 * is taken; `taken`: it is in the inbox), or asks how far the server is, by a ping or by stream management (`answer`).
 */
export type XmppStage = 'connect' | 'challenge' | 'auth' | 'bind' | 'join' | 'message' | 'taken' | 'answer';

/** A stanza error (RFC 6120, 8.3). */
export interface XmppStanzaError {
  readonly type: 'auth' | 'cancel' | 'continue' | 'modify' | 'wait';
  /** As in RFC 6120, 8.3.3: `item-not-found`. */
  readonly condition: string;
  readonly text?: string;
  /** Who says so. Default: nobody in particular. */
  readonly by?: string;
  /** With `gone` and `redirect`: where the recipient is now. */
  readonly movedTo?: string;
}

/** The outcomes, each without the others. */
interface Outcomes {
  /** A stanza error comes back. At `bind`, `join`, `message` and `taken`. */
  readonly error: XmppStanzaError;
  /** Logging in fails, with a condition of RFC 6120, 6.5, such as `not-authorized`. At `auth`. */
  readonly sasl: string;
  /** How many iterations SCRAM asks for, instead of 4,096. At `challenge`. */
  readonly iterations: number;
  /** What the server says for its own signature in SCRAM, behind `v=`; empty: it says nothing. At `auth`. */
  readonly signature: string;
  /** The stream ends with an error of RFC 6120, 4.9.3, such as `system-shutdown`. */
  readonly stream: string;
  /** The line breaks. */
  readonly drop: true;
  /** No answer ever comes, and the line stays open. */
  readonly silent: true;
  /** So many milliseconds later it goes on as if nothing had been. */
  readonly delayMs: number;
}

/** What the server does. `text` goes along with `sasl` and `stream`. */
export type XmppOutcome = {
  [Name in keyof Outcomes]: { readonly [One in Name]: Outcomes[One] } & { readonly [Other in Exclude<keyof Outcomes, Name>]?: never };
}[keyof Outcomes] & { readonly text?: string };

/** What goes wrong (one outcome), where, for whom, and how often. */
export type XmppFault = XmppOutcome & {
  readonly at: XmppStage;
  /** Only for this address, or for those that fit; at `join`, `message` and `taken`. Default: everybody. */
  readonly to?: string | ((address: string) => boolean);
  /** How often it strikes, from 1; `Infinity` for until it is lifted. Default 1. */
  readonly times?: number;
  /** How likely it strikes, in [0, 1], by the sandbox's seed. Default 1. */
  readonly chance?: number;
};

/** What goes wrong, in the order in which it was asked for. */
export interface XmppFaults {
  /** Returns what lifts it. TypeError for one that cannot strike as it says. */
  add(fault: XmppFault): () => void;
  /** The fault that strikes here and now, counted. */
  strike(stage: XmppStage, address?: string): XmppOutcome | undefined;
  clear(): void;
}

export function createFaults(random: () => number): XmppFaults {
  const rules = new Set<{ readonly fault: XmppFault; left: number }>();
  return {
    add(fault) {
      checkFault(fault);
      const rule = { fault, left: fault.times ?? 1 };
      rules.add(rule);
      return () => void rules.delete(rule);
    },
    strike(stage, address) {
      for (const rule of rules) {
        const { at, to, chance } = rule.fault;
        if (at !== stage || rule.left <= 0 || !concerns(to, address)) continue;
        if (chance !== undefined && random() >= chance) continue;
        rule.left -= 1;
        return rule.fault;
      }
      return undefined;
    },
    clear: () => rules.clear(),
  };
}

function concerns(to: XmppFault['to'], address: string | undefined): boolean {
  if (to === undefined) return true;
  if (address === undefined) return false;
  return typeof to === 'string' ? to === address : to(address);
}
