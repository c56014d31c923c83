import { ArgumentError, check, type OptionCheck } from '@sitemessage/core';
import { type Checks, checkArguments, checkTimes } from './arguments.ts';

/** Exactly one of the properties of `Choices`. */
export type OneOf<Choices> = {
  [Name in keyof Choices]: Pick<Choices, Name> & { readonly [Other in Exclude<keyof Choices, Name>]?: never };
}[keyof Choices];

/** The outcomes that a fault of every protocol can have. */
export interface CommonOutcomes {
  /** Closes the connection without an answer. */
  readonly drop: true;
  /** Never answers, and leaves the connection open. */
  readonly silent: true;
  /** A delay in whole milliseconds, up to 2,147,483,647. Afterwards everything goes on as usual. */
  readonly delayMs: number;
}

/** The rules by which a fault that matches strikes or not. */
export interface Frequency {
  /** The number of times that it strikes, from 1. `Infinity`: until it is removed. Default 1. */
  readonly times?: number;
  /** The probability that it strikes, from 0 to 1. The sandbox's seed decides what is drawn. Default 1. */
  readonly chance?: number;
}

/** The longest delay of a timer. Node fires a longer one at once. */
const longestDelayMs = 2 ** 31 - 1;

const checkTrue: OptionCheck = (value) => (value === true ? undefined : 'must be true. Otherwise leave it out');

/** Checks for the fields that faults of every protocol have. */
export const commonChecks: Readonly<Record<keyof (CommonOutcomes & Frequency), OptionCheck>> = {
  drop: checkTrue,
  silent: checkTrue,
  delayMs: check.integer(0, longestDelayMs, 'whole milliseconds'),
  times: checkTimes,
  chance: (value) => (typeof value === 'number' && value >= 0 && value <= 1 ? undefined : 'must be a number from 0 to 1'),
};

/**
 * Checks a fault. A misspelled fault would never strike, and its test would pass.
 *
 * @throws ArgumentError that names the field. `argument_invalid` unless the fault has exactly one of the
 * `outcomes`.
 */
export function checkFault(fault: object, checks: Checks, outcomes: readonly string[], required: readonly string[] = []): void {
  checkArguments(fault, checks, 'a fault', required);
  const given = outcomes.filter((name) => Reflect.get(fault, name) !== undefined);
  if (given.length === 1) return;
  const found = given.length === 0 ? 'none' : listed(given);
  throw new ArgumentError(`A fault needs exactly one of ${listed(outcomes)}. It has ${found}.`, { field: 'fault' });
}

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** The faults that a test has asked for, in that order. */
export interface Rules<Fault> {
  /** Adds a fault. Alternatives share the `times` of the first. Returns a function that removes them. */
  add(first: Fault, ...alternatives: readonly Fault[]): () => void;
  /** Returns the first fault that matches and strikes now, and counts it. */
  trigger(matches: (fault: Fault) => boolean): Fault | undefined;
  /** Removes all faults. */
  clear(): void;
}

/** The faults of every protocol, as far as counting needs to know them. */
interface Counted extends Frequency {
  /** The number of matches that pass before it strikes. Default 0. */
  readonly skip?: number;
}

/** Makes an empty list of faults. `random` returns a number from 0 to below 1. */
export function createRules<Fault extends Counted>(random: () => number = () => 0): Rules<Fault> {
  const rules = new Set<{ readonly faults: readonly Fault[]; toSkip: number; left: number }>();
  return {
    add(first, ...alternatives) {
      const rule = { faults: [first, ...alternatives], toSkip: first.skip ?? 0, left: first.times ?? 1 };
      rules.add(rule);
      return () => void rules.delete(rule);
    },
    trigger(matches) {
      for (const rule of rules) {
        const fault = rule.faults.find(matches);
        if (!fault || rule.left <= 0) continue;
        if (rule.toSkip > 0) {
          rule.toSkip -= 1;
          return undefined;
        }
        if (fault.chance !== undefined && random() >= fault.chance) continue;
        rule.left -= 1;
        return fault;
      }
      return undefined;
    },
    clear: () => rules.clear(),
  };
}
