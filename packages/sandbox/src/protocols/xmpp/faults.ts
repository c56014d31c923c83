import { check, invalidOption, type OptionCheck } from '@sitemessage/core';
import type { Fault } from '@sitemessage/core/testing';
import { type AddressFilter, checkAddressFilter, isAddressed } from '../../arguments.ts';
import { type CommonOutcomes, checkFault, commonChecks, createRules, type Frequency, type OneOf } from '../../faults.ts';
import { domain } from './names.ts';

/**
 * The moment at which a fault strikes: the client begins its first stream (`connect`), asks for SCRAM's
 * challenge, logs in (`auth`), binds a resource, enters a room (`join`), sends a message (`message`: before
 * it is accepted; `taken`: it is in the inbox), or waits for the answer to a ping or to an `<r/>` of stream
 * management (`answer`).
 */
export type XmppStage = 'connect' | 'challenge' | 'auth' | 'bind' | 'join' | 'message' | 'taken' | 'answer';

/** A stanza error (RFC 6120, 8.3). */
export interface XmppStanzaError {
  readonly type: 'auth' | 'cancel' | 'continue' | 'modify' | 'wait';
  /** A condition of RFC 6120, 8.3.3: `item-not-found`. */
  readonly condition: string;
  readonly text?: string;
  /** The address of the server that reports the error. Default: none. */
  readonly by?: string;
  /** The recipient's new address, with `gone` and `redirect`. */
  readonly movedTo?: string;
}

interface Outcomes extends CommonOutcomes {
  /** A stanza error. At `bind`, `join`, `message` and `taken`. */
  readonly error: XmppStanzaError;
  /** A failed login, with a condition of RFC 6120, 6.5, such as `not-authorized`. At `auth`. */
  readonly sasl: string;
  /** The iterations that SCRAM asks for, in place of 4,096. At `challenge`. */
  readonly iterations: number;
  /** The server's signature in SCRAM, after `v=`. When it is empty, the server sends none. At `auth`. */
  readonly signature: string;
  /** An error of RFC 6120, 4.9.3, that ends the stream, such as `system-shutdown`. */
  readonly stream: string;
}

/** The effect of a fault. `text` goes with `sasl` and `stream`. */
export type XmppOutcome = OneOf<Outcomes> & { readonly text?: string };

/** A fault of the XMPP server: one outcome, and the moment and the recipients that it strikes. */
export type XmppFault = XmppOutcome &
  Frequency & {
    readonly at: XmppStage;
    /**
     * The address that it strikes, or a function that says if it strikes an address. At `join`, `message`
     * and `taken`. Default: all addresses.
     */
    readonly to?: AddressFilter;
  };

/** The faults of the XMPP server, in the order in which they were added. */
export interface XmppFaults {
  /**
   * Adds a fault. Returns a function that removes it.
   *
   * @throws ArgumentError that names the wrong field.
   */
  add(fault: XmppFault): () => void;
  /** Returns the fault that strikes now, and counts it. */
  trigger(stage: XmppStage, address?: string): XmppOutcome | undefined;
  clear(): void;
}

const outcomes: readonly (keyof Outcomes)[] = ['error', 'sasl', 'iterations', 'signature', 'stream', 'drop', 'silent', 'delayMs'];
const everywhere: readonly (keyof Outcomes)[] = ['stream', 'drop', 'silent', 'delayMs'];
const outcomesAt: Readonly<Record<XmppStage, readonly (keyof Outcomes)[]>> = {
  connect: everywhere,
  challenge: ['iterations', ...everywhere],
  auth: ['sasl', 'signature', ...everywhere],
  bind: ['error', ...everywhere],
  join: ['error', ...everywhere],
  message: ['error', ...everywhere],
  taken: ['error', ...everywhere],
  answer: everywhere,
};
const withRecipient: readonly XmppStage[] = ['join', 'message', 'taken'];
const errorTypes: readonly unknown[] = ['auth', 'cancel', 'continue', 'modify', 'wait'];

const isCondition = (value: unknown): boolean => typeof value === 'string' && /^[a-z]+(-[a-z]+)*$/.test(value);
const checkCondition: OptionCheck = (value) => (isCondition(value) ? undefined : 'must be a condition, such as `not-authorized`');

const checks: Readonly<Record<keyof XmppFault, OptionCheck>> = {
  ...commonChecks,
  at: check.oneOf(Object.keys(outcomesAt)),
  to: checkAddressFilter,
  error(value) {
    const { type, condition } = Object(value) as Partial<XmppStanzaError>;
    const isError = errorTypes.includes(type) && isCondition(condition);
    return isError ? undefined : "must look like { type: 'cancel', condition: 'item-not-found' }";
  },
  sasl: checkCondition,
  stream: checkCondition,
  iterations: check.integer(1),
  signature: (value) => (typeof value === 'string' ? undefined : 'must be the text after `v=`, or empty'),
  text: (value) => (typeof value === 'string' ? undefined : 'must be a string'),
};

export function createXmppFaults(random: () => number): XmppFaults {
  const rules = createRules<XmppFault>(random);
  return {
    add(fault) {
      checkXmppFault(fault);
      return rules.add(fault);
    },
    trigger: (stage, address) => rules.trigger(({ at, to }) => at === stage && isAddressed(to, address)),
    clear: () => rules.clear(),
  };
}

function checkXmppFault(fault: XmppFault): void {
  checkFault(fault, checks, outcomes, ['at']);
  const { at, to, sasl, stream, text } = fault;
  if (to !== undefined && !withRecipient.includes(at)) {
    throw invalidOption('to', `has no effect at ${at}: there is no recipient. Leave it out`, 'a fault');
  }
  const impossible = outcomes.find((name) => fault[name] !== undefined && !outcomesAt[at].includes(name));
  if (impossible !== undefined) throw invalidOption(impossible, `cannot happen at ${at}`, 'a fault');
  if (text !== undefined && sasl === undefined && stream === undefined) {
    throw invalidOption('text', 'goes with `sasl` and `stream` only', 'a fault');
  }
}

/**
 * Returns the fault for one of the messenger contract, in the words of XMPP. XMPP cannot say how long to
 * wait.
 */
export function faultFor({ kind, scope = 'dispatch', when, times = 1 }: Fault): XmppFault {
  if (kind === 'unknown') return { at: 'taken', drop: true, times };
  if (kind === 'configuration') {
    return when === 'before' ? { at: 'auth', sasl: 'not-authorized', times } : { at: 'taken', stream: 'host-unknown', times };
  }
  return { at: when === 'after' ? 'taken' : 'message', error: kind === 'permanent' ? gone : busy[scope], times };
}

const gone: XmppStanzaError = { type: 'cancel', condition: 'item-not-found' };
const busy: Readonly<Record<NonNullable<Fault['scope']>, XmppStanzaError>> = {
  dispatch: { type: 'wait', condition: 'recipient-unavailable' },
  address: { type: 'wait', condition: 'resource-constraint' },
  messenger: { type: 'wait', condition: 'resource-constraint', by: domain },
};
