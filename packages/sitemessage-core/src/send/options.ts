import { inspect } from 'node:util';
import { isPriority } from '../message/message-type.ts';
import type { AnyMessenger } from '../messenger/messenger.ts';
import type { Messengers } from '../messenger/messengers.ts';
import { check, checkOptions, type OptionCheck } from '../validate.ts';

/** Selects the dispatches that are sent. */
export interface Selection {
  /** Only dispatches of exactly this priority. Default: all, higher priorities first. */
  readonly priority?: number;
  /** Only these messengers, by alias. An empty list selects none. Default: all messengers of the site. */
  readonly messengers?: readonly string[];
}

export interface SendOptions extends Selection {
  /** Aborted to finish the sends in flight and give back the rest. Default: never. */
  readonly signal?: AbortSignal;
}

export interface WorkerOptions extends Selection {
  /**
   * The time between two polls when nothing was due, in milliseconds. Varied by a quarter to both sides.
   * Default 1,000.
   */
  readonly pollIntervalMs?: number;
  /**
   * The length of a lease in milliseconds. Raised to twice a messenger's `timeoutMs` when that is longer.
   * Default 60,000.
   */
  readonly leaseMs?: number;
  /**
   * The time that `stop` gives to sends in flight, in milliseconds. Then it cuts them off. Default 30,000.
   */
  readonly stopTimeoutMs?: number;
  /**
   * Stops the worker on the first SIGTERM or SIGINT. A second signal ends the process, unless the
   * application handles it. Default false: the application stops the worker.
   */
  readonly handleSignals?: boolean;
}

const isAliases: OptionCheck = (value) =>
  Array.isArray(value) ? undefined : `must be a list of aliases, such as ['smtp'], not ${inspect(value)}`;
const selection: Readonly<Record<keyof Selection, OptionCheck>> = { priority: isPriority, messengers: isAliases };

/** @throws ArgumentError that names the option. */
export function checkSendOptions(options: SendOptions): void {
  const signal: OptionCheck = (value) => (value instanceof AbortSignal ? undefined : 'must be an AbortSignal');
  const checks: Readonly<Record<keyof SendOptions, OptionCheck>> = { ...selection, signal };
  checkOptions(options, checks, { of: 'sendScheduledMessages' });
}

/** @throws ArgumentError that names the option. */
export function checkWorkerOptions(options: WorkerOptions): void {
  const ms = (least: number): OptionCheck => check.integer(least, undefined, 'whole milliseconds');
  const checks: Readonly<Record<keyof WorkerOptions, OptionCheck>> = {
    ...selection,
    pollIntervalMs: ms(1),
    leaseMs: ms(1),
    stopTimeoutMs: ms(0),
    handleSignals: check.boolean,
  };
  checkOptions(options, checks, { of: 'startWorker' });
}

/** @throws ConfigurationError for an alias that this site does not have. */
export function selectMessengers(selection: Selection, all: Messengers): readonly AnyMessenger[] {
  return selection.messengers?.map((alias) => all.get(alias)) ?? all.all();
}
