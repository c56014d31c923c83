import { check, invalidOption } from '@sitemessage/core';
import type { Fault } from '@sitemessage/core/testing';
import { checkArguments, checkTimes } from '../../arguments.ts';
import { createRules } from '../../faults.ts';
import { type HttpFault, stageOf } from '../../http/faults.ts';
import type { VkError } from './refusal.ts';

/** The moment of a refusal: before the method is done, or when the message is in the inbox. */
type RefusalStage = 'request' | 'taken';

interface RefusalRule {
  /** Default `request`. */
  readonly at?: RefusalStage;
  /** The only method that is refused, as VK writes it: `wall.post`. Default: all methods. */
  readonly method?: string;
  /** The number of refusals, from 1. `Infinity`: until it is removed. Default 1. */
  readonly times?: number;
}

/** The errors of VK that a test has asked for, in that order. */
export interface Refusals {
  /**
   * Adds an error. Returns a function that removes it.
   *
   * @throws ArgumentError for an error without an integer `error_code`, and for a wrong rule.
   */
  add(error: VkError, rule?: RefusalRule): () => void;
  /** Returns the error that is due now, and counts it. */
  trigger(stage: RefusalStage, method: string): VkError | undefined;
  clear(): void;
}

const checks = {
  at: check.oneOf(['request', 'taken']),
  method: check.text(1_000),
  times: checkTimes,
};

export function createRefusals(): Refusals {
  const rules = createRules<RefusalRule & { readonly error: VkError }>();
  return {
    add(error, rule = {}) {
      if (!Number.isInteger(error.error_code)) throw invalidOption('error_code', 'must be an integer', 'the error');
      checkArguments(rule, checks, 'refuse');
      return rules.add({ ...rule, error });
    },
    trigger: (stage, method) => rules.trigger((rule) => (rule.at ?? 'request') === stage && (rule.method ?? method) === method)?.error,
    clear: () => rules.clear(),
  };
}

/** A fault of the messenger contract at VK: a fault of HTTP, or an error in VK's own words. */
type ContractFault = { readonly fault: HttpFault } | { readonly error: VkError; readonly rule: RefusalRule };

export function faultFor(asked: Fault): ContractFault {
  const { kind, scope = 'dispatch', retryAfterMs, times = 1 } = asked;
  const at = stageOf(asked);
  const refuse = (error_code: number, error_msg: string): ContractFault => ({ error: { error_code, error_msg }, rule: { at, times } });
  if (kind === 'unknown') return { fault: { at, drop: true, times } };
  if (kind === 'permanent') return refuse(901, "Can't send messages for users without permission");
  if (kind === 'configuration') return refuse(5, 'User authorization failed: invalid access_token (4).');
  if (scope === 'dispatch') return refuse(10, 'Internal server error');
  if (retryAfterMs === undefined) return refuse(6, 'Too many requests per second');
  // VK never says how long to wait. The load balancer in front of it does.
  const headers = { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
  return { fault: { at, reply: { status: 429, headers, body: 'Too Many Requests' }, times } };
}
