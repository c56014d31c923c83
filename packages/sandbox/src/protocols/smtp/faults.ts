import { check, invalidOption, type OptionCheck } from '@sitemessage/core';
import type { Fault } from '@sitemessage/core/testing';
import { type AddressFilter, checkAddressFilter, isAddressed } from '../../arguments.ts';
import { type CommonOutcomes, checkFault, commonChecks, createRules, type Frequency, type OneOf } from '../../faults.ts';

/**
 * The moment at which a fault strikes: the client connects, logs in (`auth`), names the sender (`mail`),
 * names a recipient (`rcpt`), asks to send the content (`data`), is in the middle of it (`content`), or the
 * mail is in the inbox and the reply has not gone out (`taken`).
 */
export type SmtpStage = 'connect' | 'auth' | 'mail' | 'rcpt' | 'data' | 'content' | 'taken';

interface Outcomes extends CommonOutcomes {
  /**
   * A reply on one line: a code (4yz or 5yz), an enhanced code and text, as in `550 5.1.1 No such user`. A
   * 421 closes the connection. At `data` and `content` it follows the content, which is dropped. At `taken`
   * it can also be a 250.
   */
  readonly reply: string;
}

/** The effect of a fault: a reply, a broken connection, no answer, or a delay. */
export type SmtpOutcome = OneOf<Outcomes>;

/** A fault of the SMTP server: one outcome, and the moment and the recipients that it strikes. */
export type SmtpFault = SmtpOutcome & SmtpPlace & Frequency;

/** The compiler allows `to` from `rcpt` on. No recipient is known earlier. */
type SmtpPlace =
  | { readonly at: SmtpStage; readonly to?: never }
  | {
      readonly at: Exclude<SmtpStage, 'connect' | 'auth' | 'mail'>;
      /**
       * The recipient that it strikes, or a function that says if it strikes a recipient. Default: all
       * recipients.
       */
      readonly to: AddressFilter;
    };

/** The faults of the SMTP server, in the order in which they were added. */
export interface SmtpFaults {
  /**
   * Adds a fault. Alternatives share the `times` of the first. Returns a function that removes them.
   *
   * @throws ArgumentError that names the wrong field. Nothing is added then.
   */
  add(first: SmtpFault, ...alternatives: readonly SmtpFault[]): () => void;
  /** Returns the fault that strikes now, and counts it. */
  trigger(stage: SmtpStage, address?: string): SmtpOutcome | undefined;
  clear(): void;
}

const outcomes: readonly (keyof Outcomes)[] = ['reply', 'drop', 'silent', 'delayMs'];
const withoutRecipient: readonly unknown[] = ['connect', 'auth', 'mail'];

const checks: Readonly<Record<keyof SmtpFault, OptionCheck>> = {
  ...commonChecks,
  at: check.oneOf(['connect', 'auth', 'mail', 'rcpt', 'data', 'content', 'taken']),
  to: checkAddressFilter,
  reply: (value) => (typeof value === 'string' ? undefined : 'must be a string, such as `550 5.1.1 No such user`'),
};

export function createSmtpFaults(random: () => number): SmtpFaults {
  const rules = createRules<SmtpFault>(random);
  return {
    add(...faults) {
      for (const fault of faults) checkSmtpFault(fault);
      return rules.add(...faults);
    },
    trigger: (stage, address) => rules.trigger(({ at, to }) => at === stage && isAddressed(to, address)),
    clear: () => rules.clear(),
  };
}

function checkSmtpFault(fault: SmtpFault): void {
  checkFault(fault, checks, outcomes, ['at']);
  const { at, to, reply } = fault;
  if (to !== undefined && withoutRecipient.includes(at)) {
    throw invalidOption('to', `has no effect at ${at}: no recipient is known yet. Leave it out, or use rcpt or later`, 'a fault');
  }
  // A reply to an accepted mail can also be a success.
  const codes = at === 'taken' ? /^[245][0-5]\d( .*)?$/ : /^[45][0-5]\d( .*)?$/;
  if (reply !== undefined && !codes.test(reply)) {
    throw invalidOption('reply', 'must be one line that begins with a code such as 450 or 550. A 250 is for `taken` only', 'a fault');
  }
}

/** Returns the faults for one of the messenger contract, in the words of SMTP. */
export function faultsFor(fault: Fault): readonly [SmtpFault, ...SmtpFault[]] {
  const { kind, when, times = 1 } = fault;
  if (kind === 'unknown') return [{ at: 'taken', drop: true, times }];
  if (kind === 'configuration' && when === 'before') {
    // The first strikes a client that logs in. The second strikes one that has done so, or does not.
    return [
      { at: 'auth', reply: '535 5.7.8 Authentication credentials invalid', times },
      { at: 'mail', reply: '530 5.7.0 Authentication required' },
    ];
  }
  const { stage, reply } = refusalFor(fault);
  return [{ at: when === 'after' ? 'taken' : stage, reply, times }];
}

function refusalFor({ kind, scope = 'dispatch', retryAfterMs }: Fault): { readonly stage: 'mail' | 'rcpt'; readonly reply: string } {
  const wait = retryAfterMs === undefined ? '' : `, try again in ${Math.ceil(retryAfterMs / 1_000)} seconds`;
  if (kind === 'permanent') return { stage: 'rcpt', reply: '550 5.1.1 No such user' };
  if (kind === 'configuration') return { stage: 'mail', reply: '550 5.7.1 Sender not allowed' };
  if (scope === 'messenger') return { stage: 'mail', reply: `421 4.7.0 Too many messages from you${wait}` };
  if (scope === 'address') return { stage: 'rcpt', reply: `450 4.2.1 The mailbox is receiving mail too quickly${wait}` };
  return { stage: 'rcpt', reply: `451 4.7.1 Greylisted${wait}` };
}
