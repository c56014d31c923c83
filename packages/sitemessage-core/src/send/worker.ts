import { expandFanOuts } from '../fan-out/expand.ts';
import type { Watcher } from '../storage/port.ts';
import { storedError } from '../storage/stored-error.ts';
import { type Channel, createChannel } from './channel.ts';
import type { SendSite } from './context.ts';
import { messengersHealth, type WorkerHealth } from './health.ts';
import { loop, withJitter } from './loop.ts';
import { observeStorage, recordStorageHealth } from './observe-storage.ts';
import { checkWorkerOptions, selectMessengers, type WorkerOptions } from './options.ts';
import { type RoundOptions, runRound } from './round.ts';
import { defaultLeaseMs, reportUntouched } from './send-due.ts';
import { defaultStopTimeoutMs, onStopSignal, shutDown } from './shutdown.ts';
import { createWakeSignal, type WakeSignal } from './wake-signal.ts';

/** Sends what is due as it comes due, until it is stopped. */
export interface Worker {
  /**
   * Finishes the sends in flight, stores their results, gives back the rest, and closes the sessions.
   * Resolves 10 s after `stopTimeoutMs` at the latest, also when the storage does not answer.
   */
  stop(): Promise<void>;
  /**
   * Resolves when the worker has stopped: by `stop`, by the site's `close`, or by a signal. Await it before
   * you end what the worker needs.
   */
  readonly stopped: Promise<void>;
  /** Returns the worker's current state. It asks nothing, so it costs nothing. */
  health(): WorkerHealth;
}

const untouchedIntervalMs = 60_000;

/**
 * Starts one loop for each messenger, so that a slow one holds up no other, and one loop that expands long
 * lists of recipients. A messenger that is registered later needs a worker that is started later. During an
 * outage of the storage the loops wait longer each time, up to 30 s, and then go on. A worker never ends by
 * itself.
 *
 * @throws ConfigurationError for an alias in `messengers` that this site does not have.
 * @throws ArgumentError that names the option.
 */
export function startWorker(options: WorkerOptions, outer: SendSite): Worker {
  checkWorkerOptions(options);
  const { pollIntervalMs = 1_000, leaseMs = defaultLeaseMs, stopTimeoutMs = defaultStopTimeoutMs, handleSignals = false } = options;
  const storageHealth = recordStorageHealth(outer.runtime);
  const site = observeStorage(storageHealth.ask, outer);
  const { runtime, clock, events, storage } = site;
  const stopping = new AbortController();
  const killing = new AbortController();
  const stop = stopping.signal;
  const channels = selectMessengers(options, site.messengers).map((messenger) => createChannel(messenger, site));

  const wakeSignals: WakeSignal[] = [];
  const newWakeSignal = (): WakeSignal => {
    const signal = createWakeSignal(runtime);
    wakeSignals.push(signal);
    return signal;
  };
  const wakeAll = (): void => {
    for (const signal of wakeSignals) signal.wake();
  };
  const watcher: Watcher = {
    wake: wakeAll,
    failed: (error) => events.emit({ type: 'watch_failed', error: storedError(error) }),
    recovered: () => events.emit({ type: 'watch_recovered' }),
  };
  const removals = [events.on((event) => (event.type === 'scheduled' ? wakeAll() : undefined)), storage.watch(watcher)];

  const serve = async (channel: Channel): Promise<void> => {
    const { pause, session, nextSlots } = channel;
    const wakeSignal = newWakeSignal();
    const round: Omit<RoundOptions, 'givenBack'> = {
      leaseMs,
      stop,
      kill: killing.signal,
      wakeSignal,
      pollIntervalMs,
      ...(options.priority !== undefined && { priority: options.priority }),
    };
    const runOnce = () => runRound(channel, site, { ...round, givenBack: new Set() });
    const work = async (): Promise<number> => {
      if (pause.left() === 0) {
        const wasProbing = pause.isProbing();
        await runOnce();
        if (wasProbing && !pause.isProbing()) await runOnce();
      }
      session.closeWhenIdle();
      if (pause.left() > 0) return pause.left();
      return Math.min(withJitter(pollIntervalMs, runtime), Math.max(0, nextSlots.next() - (await clock.now())));
    };
    await loop(work, wakeSignal, { pollIntervalMs, stop, who: channel.messenger }, site);
    await session.close();
  };

  const expand = async (): Promise<number> => {
    if ((await expandFanOuts(site, { leaseMs, stop })) > 0) wakeAll();
    return withJitter(pollIntervalMs, runtime);
  };

  const report = async (): Promise<number> => {
    await reportUntouched(site);
    return untouchedIntervalMs;
  };

  const loops = Promise.all([
    ...channels.map(serve),
    loop(expand, newWakeSignal(), { pollIntervalMs, stop, who: expandFanOuts }, site),
    // New messages are no reason to count again, so nothing wakes this loop.
    loop(report, createWakeSignal(runtime), { pollIntervalMs, stop, who: reportUntouched }, site),
  ]);

  let state: WorkerHealth['state'] = 'running';
  const stopped = Promise.withResolvers<void>();
  const end = async (): Promise<void> => {
    state = 'stopping';
    stopping.abort();
    await shutDown(stopTimeoutMs, loops, killing, site);
    for (const remove of removals) remove();
    state = 'stopped';
    stopped.resolve();
  };
  const stopOnce = (): Promise<void> => {
    if (state === 'running') void end();
    return stopped.promise;
  };
  if (handleSignals) removals.push(onStopSignal(stopOnce));

  return {
    stop: stopOnce,
    stopped: stopped.promise,
    health: () => ({ state, storage: storageHealth.read(), messengers: messengersHealth(channels) }),
  };
}
