import { inspect } from 'node:util';
import { expandFanOuts } from '../fan-out/expand.ts';
import { checkOptions } from '../options.ts';
import type { Watcher } from '../storage/port.ts';
import { storedError } from '../storage/stored-error.ts';
import { type Channel, createChannel } from './channel.ts';
import type { SendContext } from './context.ts';
import { messengersHealth, type WorkerHealth } from './health.ts';
import { loop, spread } from './loop.ts';
import { observeStorage, recordStorageHealth } from './observe-storage.ts';
import { runRound } from './round.ts';
import { checkSelection, type Selection, selectMessengers } from './selection.ts';
import { defaultLeaseMs, reportUntouched } from './send-due.ts';
import { defaultStopTimeoutMs, shutDown } from './shutdown.ts';
import { onStopSignal } from './signals.ts';
import { createWakeSignal, type WakeSignal } from './wake-signal.ts';

export interface WorkerOptions extends Selection {
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
  /**
   * Finishes what is in flight, stores its results, gives back the rest, closes the sessions. Resolves 10 s after `stopTimeoutMs` at the
   * latest, also when the storage does not answer.
   */
  stop(): Promise<void>;
  /** Resolves when it has stopped, whoever stopped it: `stop`, the site's `close`, or a signal. What has to be ended after it waits for this. */
  readonly stopped: Promise<void>;
  /** How it is now. Asks nobody, so it costs nothing. */
  health(): WorkerHealth;
}

const untouchedIntervalMs = 60_000;

/**
 * One loop for each messenger, so that a slow one holds up nobody, and one that expands long lists of recipients. Messengers that
 * are registered later need a worker that is started later. When the storage is away the loops wait, longer each time up to
 * 30 s, and go on; a worker never ends by itself.
 *
 * @throws ConfigurationError for an alias in `messengers` that this site does not have.
 * @throws TypeError that names the option.
 */
export function startWorker(given: WorkerOptions, outer: SendContext): Worker {
  checkOptions(given, ['priority', 'messengers', 'pollIntervalMs', 'leaseMs', 'stopTimeoutMs', 'handleSignals']);
  const { pollIntervalMs = 1_000, leaseMs = defaultLeaseMs, stopTimeoutMs = defaultStopTimeoutMs, handleSignals = false } = given;
  checkSelection(given);
  checkMs('pollIntervalMs', pollIntervalMs, 1);
  checkMs('leaseMs', leaseMs, 1);
  checkMs('stopTimeoutMs', stopTimeoutMs, 0);
  if (typeof handleSignals !== 'boolean') throw new TypeError(`\`handleSignals\` must be true or false, not ${inspect(handleSignals)}.`);
  const storageHealth = recordStorageHealth(outer.runtime);
  const site = observeStorage(storageHealth.ask, outer);
  const { runtime, events, storage } = site;
  const stopping = new AbortController();
  const killing = new AbortController();
  const channels = selectMessengers(given, site.messengers).map((messenger) => createChannel(messenger, site));

  const bells: WakeSignal[] = [];
  const hang = (): WakeSignal => {
    const bell = createWakeSignal(runtime);
    bells.push(bell);
    return bell;
  };
  const ringAll = (): void => {
    for (const bell of bells) bell.ring();
  };
  const watcher: Watcher = {
    wake: ringAll,
    failed: (error) => events.emit({ type: 'watch_failed', error: storedError(error) }),
    recovered: () => events.emit({ type: 'watch_recovered' }),
  };
  const offs = [events.on((event) => (event.type === 'scheduled' ? ringAll() : undefined)), storage.watch(watcher)];

  const options = { pollIntervalMs, stop: stopping.signal };

  const untilSlot = async ({ later }: Channel): Promise<number> => Math.max(0, later.next() - (await site.clock.now()));

  const serve = async (channel: Channel): Promise<void> => {
    const { pause, session } = channel;
    const bell = hang();
    let pollAt = 0;
    const rest = async (ms: number): Promise<boolean> => {
      const hasRung = await bell.wait(ms, stopping.signal);
      if (!hasRung && runtime.monotonic() < pollAt) return false;
      pollAt = runtime.monotonic() + spread(pollIntervalMs, runtime);
      return true;
    };
    const round = () =>
      runRound(channel, site, {
        leaseMs,
        stop: stopping.signal,
        kill: killing.signal,
        givenBack: new Set(),
        rest,
        ...(given.priority !== undefined && { priority: given.priority }),
      });
    const work = async (): Promise<number> => {
      if (pause.left() === 0) {
        const wasProbing = pause.isProbing();
        await round();
        if (wasProbing && !pause.isProbing()) await round();
      }
      session.rest();
      return pause.left() || Math.min(spread(pollIntervalMs, runtime), await untilSlot(channel));
    };
    await loop(work, bell, { ...options, who: channel.messenger }, site);
    await session.close();
  };

  const expand = async (): Promise<number> => {
    if ((await expandFanOuts(site, { leaseMs, stop: stopping.signal })) > 0) ringAll();
    return spread(pollIntervalMs, runtime);
  };

  const report = async (): Promise<number> => {
    await reportUntouched(site);
    return untouchedIntervalMs;
  };

  const loops = Promise.all([
    ...channels.map(serve),
    loop(expand, hang(), { ...options, who: expandFanOuts }, site),
    // Nothing that is scheduled is a reason to count again.
    loop(report, createWakeSignal(runtime), { ...options, who: reportUntouched }, site),
  ]);

  let state: WorkerHealth['state'] = 'running';
  const stopped = Promise.withResolvers<void>();
  const stop = (): Promise<void> => {
    if (state === 'running') void end();
    return stopped.promise;
  };
  const end = async (): Promise<void> => {
    state = 'stopping';
    stopping.abort();
    await shutDown(stopTimeoutMs, loops, killing, site);
    for (const off of offs) off();
    state = 'stopped';
    stopped.resolve();
  };
  if (handleSignals) offs.push(onStopSignal(stop));

  return {
    stop,
    stopped: stopped.promise,
    health: () => ({ state, storage: storageHealth.read(), messengers: messengersHealth(channels) }),
  };
}

function checkMs(name: keyof WorkerOptions, value: unknown, least: number): void {
  if (!Number.isInteger(value) || (value as number) < least)
    throw new TypeError(`\`${name}\` must be whole milliseconds, ${least} or more, not ${inspect(value)}.`);
}
