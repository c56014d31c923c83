import { check, invalidOption, type OptionCheck } from '@sitemessage/core';
import type { Fault } from '@sitemessage/core/testing';
import { checkStatus } from '../arguments.ts';
import { type CommonOutcomes, checkFault, commonChecks, createRules, type Frequency, type OneOf } from '../faults.ts';

/** A reply of an HTTP server. */
export interface HttpReply {
  /** The status, from 200 to 599. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, everything else as JSON. Default: an empty body. */
  readonly body?: unknown;
}

interface Outcomes extends CommonOutcomes {
  /** The reply in place of the provider's own. */
  readonly reply: HttpReply;
}

/** The effect of a fault: a reply, a broken connection, no answer, or a delay. */
export type HttpOutcome = OneOf<Outcomes>;

/**
 * The moment at which a fault strikes: before the body is read (`head`), before the request is handled
 * (`request`), or when the message is in the inbox and before the reply (`taken`).
 */
export type HttpStage = 'head' | 'request' | 'taken';

/** A fault of an HTTP API: one outcome, and the requests that it strikes. */
export type HttpFault = HttpOutcome &
  Frequency & {
    /** Default `request`. */
    readonly at?: HttpStage;
    /**
     * The only method of the provider's API that it strikes, as the provider writes it. Default: all
     * methods.
     */
    readonly method?: string;
    /** The number of matching requests that pass before the first that it strikes. Default 0. */
    readonly skip?: number;
  };

/** The HTTP faults of an emulator, in the order in which they were added. */
export interface HttpFaults {
  /**
   * Adds a fault. Returns a function that removes it.
   *
   * @throws ArgumentError that names the wrong field.
   */
  add(fault: HttpFault): () => void;
  /** Returns the fault that strikes now, and counts it. */
  trigger(stage: HttpStage, method: string): HttpOutcome | undefined;
  clear(): void;
}

const outcomes: readonly (keyof Outcomes)[] = ['reply', 'drop', 'silent', 'delayMs'];

const checks: Readonly<Record<keyof HttpFault, OptionCheck>> = {
  ...commonChecks,
  reply: (value) => (typeof value === 'object' && value !== null ? undefined : 'must be an object: { status, headers?, body? }'),
  at: check.oneOf(['head', 'request', 'taken']),
  method: (value) => (typeof value === 'string' && value !== '' ? undefined : "must be the name of one of the API's methods"),
  skip: check.integer(0),
};

export function createHttpFaults(random: () => number): HttpFaults {
  const rules = createRules<HttpFault>(random);
  return {
    add(fault) {
      checkFault(fault, checks, outcomes);
      const problem = fault.reply && checkStatus(fault.reply.status);
      if (problem !== undefined) throw invalidOption('reply.status', problem, 'a fault');
      return rules.add(fault);
    },
    trigger: (stage, method) => rules.trigger((fault) => (fault.at ?? 'request') === stage && (fault.method ?? method) === method),
    clear: () => rules.clear(),
  };
}

/** Returns the stage of a fault of the messenger contract. `after`: when the message is in the inbox. */
export const stageOf = ({ when }: Fault): 'request' | 'taken' => (when === 'after' ? 'taken' : 'request');

/** Returns the HTTP fault for a fault of the messenger contract. `replyFor` has the provider's own words. */
export function contractFault(fault: Fault, replyFor: (fault: Fault) => HttpReply): HttpFault {
  const { times = 1, kind } = fault;
  return kind === 'unknown' ? { at: stageOf(fault), drop: true, times } : { at: stageOf(fault), reply: replyFor(fault), times };
}
