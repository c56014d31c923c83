import type { AnyMessenger } from '../messenger/messenger.ts';
import { checkOptions } from '../options.ts';
import type { Parts } from '../parts.ts';
import { type Bell, createBell } from './bell.ts';
import { createCourier } from './courier.ts';
import { expandFanOuts } from './expand.ts';
import { runRound } from './round.ts';
import { defaultLeaseMs, reportUntouched } from './send-scheduled.ts';
import { storedError } from './stored-error.ts';

export interface WorkerOptions {
  /** How often to look for what is due when there was nothing, in milliseconds; spread by a quarter to both sides. Default 1,000. */
  readonly pollIntervalMs?: number;
  /** How long a claim is this worker's alone, in milliseconds; raised to twice a messenger's `timeoutMs` when that is longer. Default 60,000. */
  readonly leaseMs?: number;
  /** How long `stop` lets what is in flight go on, in milliseconds; then it is cut off. Default 30,000. */
  readonly stopTimeoutMs?: number;
  /** Stops on the first SIGTERM or SIGINT; another one ends the process, unless the application handles it. Default false: the application stops it. */
  readonly handleSignals?: boolean;
}

/** Sends what is due as it comes due, until it is stopped. */
export interface Worker {
  /** Finishes what is in flight, stores its results, gives back the rest, closes the sessions. */
  stop(): Promise<void>;
}

export const defaultStopTimeoutMs = 30_000;
const untouchedIntervalMs = 60_000;
const longestPauseMs = 30_000;
const stopSignals = ['SIGTERM', 'SIGINT'] as const;

/**
 * One loop for each messenger, so that a slow one holds up nobody, and one that expands long lists of recipients. Messengers that
 * are registered later need a worker that is started later. When the storage is away the loops wait, longer each time up to
 * 30 s, and go on; a worker never ends by itself.
 *
 * @throws TypeError that names the option.
 */
export function startWorker(given: WorkerOptions, parts: Parts): Worker {
  checkOptions(given);
  const { pollIntervalMs = 1_000, leaseMs = defaultLeaseMs, stopTimeoutMs = defaultStopTimeoutMs, handleSignals = false } = given;
  checkMs('pollIntervalMs', pollIntervalMs, 1);
  checkMs('leaseMs', leaseMs, 1);
  checkMs('stopTimeoutMs', stopTimeoutMs, 0);
  const { runtime, events, messengers } = parts;
  const stopping = new AbortController();
  const killing = new AbortController();
  const bells: Bell[] = [];
  const ringAll = (): void => {
    for (const bell of bells) bell.ring();
  };
  const off = events.on((event) => {
    if (event.type === 'scheduled') ringAll();
  });
  const spread = (ms: number): number => Math.round(ms * (0.75 + runtime.random() / 2));

  /** Works, and waits for as long as the work said, over and over. */
  const loop = async (work: () => Promise<number>, bell = createBell(runtime)): Promise<void> => {
    for (let failures = 0; !stopping.signal.aborted; ) {
      try {
        await parts.ready();
        const waitMs = await work();
        failures = 0;
        await bell.wait(waitMs, stopping.signal);
      } catch (error) {
        failures += 1;
        events.emit({ type: 'storage_failed', error: storedError(error) });
        await runtime.sleep(spread(Math.min(longestPauseMs, pollIntervalMs * 2 ** failures)), stopping.signal);
      }
    }
  };

  const serve = async (messenger: AnyMessenger): Promise<void> => {
    const courier = createCourier(messenger, parts);
    const { pause, session } = courier;
    const bell = createBell(runtime);
    bells.push(bell);
    const round = () => runRound(courier, parts, { leaseMs, stop: stopping.signal, kill: killing.signal });
    await loop(async () => {
      if (pause.left() === 0) {
        const wasProbing = pause.isProbing();
        await round();
        if (wasProbing && !pause.isProbing()) await round();
      }
      session.rest();
      return pause.left() || spread(pollIntervalMs);
    }, bell);
    await session.close();
  };

  const expand = async (): Promise<void> => {
    const bell = createBell(runtime);
    bells.push(bell);
    await loop(async () => {
      if ((await expandFanOuts(parts, { leaseMs, stop: stopping.signal })) > 0) ringAll();
      return spread(pollIntervalMs);
    }, bell);
  };

  const report = async (): Promise<void> => {
    await loop(async () => {
      await reportUntouched(parts);
      return untouchedIntervalMs;
    });
  };

  const loops = [...messengers.all().map(serve), expand(), report()];

  const stop = async (): Promise<void> => {
    const inTime = new AbortController();
    stopping.abort();
    void runtime.sleep(stopTimeoutMs, inTime.signal).then(() => killing.abort());
    await Promise.all(loops);
    inTime.abort();
    off();
    ignoreSignals();
  };
  let stopped: Promise<void> | undefined;
  const stopOnce = (): Promise<void> => {
    stopped ??= stop();
    return stopped;
  };
  /** The first one only: whoever presses Ctrl-C again wants the process to end. */
  const onSignal = (): void => {
    ignoreSignals();
    void stopOnce();
  };
  const ignoreSignals = (): void => {
    for (const signal of stopSignals) process.off(signal, onSignal);
  };
  if (handleSignals) for (const signal of stopSignals) process.on(signal, onSignal);

  return { stop: stopOnce };
}

function checkMs(name: keyof WorkerOptions, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least)
    throw new TypeError(`\`${name}\` must be whole milliseconds, ${least} or more, not ${value}.`);
}
