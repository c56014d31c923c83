import { ConfigurationError } from './errors.ts';
import { createEvents } from './events.ts';
import { createMessageTypes } from './message/registry.ts';
import { createMessengers } from './messenger/messengers.ts';
import { sendTestMessage } from './messenger/test-message.ts';
import { once } from './once.ts';
import type { Parts } from './parts.ts';
import { createBreakers } from './queue/breaker.ts';
import { createClock } from './queue/clock.ts';
import { defaultStopTimeoutMs, type Ending, endWithin } from './queue/ending.ts';
import { expandFanOuts } from './queue/expand.ts';
import { checkCountFilter, checkFilter } from './queue/filter.ts';
import { createOutage } from './queue/outage.ts';
import { reportOutcome } from './queue/outcome.ts';
import { prepare } from './queue/prepare.ts';
import { scheduleMessages } from './queue/schedule.ts';
import { createSendGate } from './queue/send-gate.ts';
import { defaultLeaseMs, sendScheduled } from './queue/send-scheduled.ts';
import { createUnsettled } from './queue/unsettled.ts';
import { cancel, checkUndelivered, cleanupSent, requeue } from './queue/upkeep.ts';
import { startWorker, type Worker } from './queue/worker.ts';
import { systemRuntime } from './runtime.ts';
import type { Exactly, InputsOf, MessengersOption, Sitemessage, SitemessageOptions } from './site.ts';
import { checkSiteOptions } from './site-options.ts';
import { getUserPreferences, setUserPreferences } from './subscription/preferences.ts';
import { getRecipientPreferences, setRecipientPreferences, unsubscribeRecipient } from './subscription/recipient.ts';
import { subscribe, unsubscribe } from './subscription/subscriptions.ts';
import { createSuppressions } from './subscription/suppressions.ts';

/**
 * A site: one storage, its messengers and its message types.
 *
 * @throws ConfigurationError for a missing storage, an option that is not what it should be, an unknown or doubled alias, or an option
 * that a messenger refuses; it names the option.
 */
export function createSitemessage<const M extends MessengersOption = readonly [], User = never, Transaction = never, Stored = unknown>(
  options: SitemessageOptions<M, User, Transaction, Stored> & { readonly messengers?: Exactly<M> },
): Sitemessage<InputsOf<M>, User, Transaction, Stored> {
  checkSiteOptions(options);
  const { runtime = systemRuntime, messengers = [], messageTypes = [] } = options;
  const events = createEvents();
  const parts: Parts = {
    runtime,
    storage: options.storage,
    ready: once(() => options.storage.migrate()),
    clock: createClock(runtime, options.storage),
    messengers: createMessengers(messengers),
    types: createMessageTypes(),
    events,
    outage: createOutage(events, runtime),
    links: options.links ?? (() => ({})),
    users: {
      ...(options.addressOf && { addressOf: options.addressOf }),
      ...(options.userId && { idOf: options.userId }),
      ...(options.resolveUsers && { resolve: options.resolveUsers }),
      ...(options.isActive && { isActive: options.isActive }),
    },
    unsettled: createUnsettled(),
    gate: createSendGate(),
    breakers: createBreakers(runtime),
  };
  parts.types.register(messageTypes);
  return assemble(parts) as Sitemessage<InputsOf<M>, User, Transaction, Stored>;
}

function assemble(parts: Parts): Sitemessage<Record<string, unknown>, unknown> {
  const { storage, messengers, types, events } = parts;
  const workers = new Set<Worker>();
  const running = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  const killing = new AbortController();
  const ending: Ending = { stop: stopping.signal, kill: killing.signal };
  let closed: Promise<void> | undefined;

  const refuseClosed = (): void => {
    if (closed) throw new ConfigurationError('This site is closed; make another one to go on.', { code: 'site_closed' });
  };
  const ready = async (): Promise<Parts> => {
    refuseClosed();
    await parts.ready();
    return parts;
  };
  /** What a close waits for. */
  const tracked = <T>(work: Promise<T>): Promise<T> => {
    running.add(work);
    const forget = (): void => void running.delete(work);
    work.then(forget, forget);
    return work;
  };

  const close = async (): Promise<void> => {
    stopping.abort();
    const sending = endWithin(defaultStopTimeoutMs, Promise.allSettled(running), killing, parts);
    // Each worker has a time of its own, which may be longer.
    await Promise.all([sending, ...[...workers].map((worker) => worker.stop())]);
    await endWithin(0, storage.close(), killing, parts);
    // What was left behind has nobody to tell.
    events.end();
  };

  const site: Sitemessage<Record<string, unknown>, unknown> = {
    registerMessengers(...added) {
      refuseClosed();
      messengers.register(added);
      return site as never;
    },
    getRegisteredMessengers: () => Object.fromEntries(messengers.all().map((messenger) => [messenger.alias, messenger])),
    getRegisteredMessenger: (alias) => messengers.get(alias),
    registerMessageTypes(...added) {
      refuseClosed();
      types.register(added);
    },
    recipients: (alias, addresses) => ({ messenger: alias, addresses }),
    scheduleMessages: (messages, recipients, options = {}) =>
      tracked(ready().then((opened) => scheduleMessages(messages, recipients, options, opened))),
    prepare: async (messages, recipients, options = {}) => prepare(messages, recipients, options, await ready()),
    prepareDispatches: () => tracked(ready().then((opened) => expandFanOuts(opened, { leaseMs: defaultLeaseMs, stop: ending.stop }))),
    sendScheduledMessages: (options = {}) => tracked(ready().then((opened) => sendScheduled(options, opened, ending))),
    startWorker(options = {}) {
      refuseClosed();
      const worker = startWorker(options, parts);
      workers.add(worker);
      worker.stopped.then(() => workers.delete(worker));
      return worker;
    },
    async sendTestMessage(alias, to, text) {
      refuseClosed();
      return sendTestMessage(messengers.get(alias), to, text);
    },
    checkUndelivered: async (options = {}) => checkUndelivered(options, await ready()),
    cleanupSentMessages: async (options) => cleanupSent(options, await ready()),
    requeue: async (filter) => requeue(filter, await ready()),
    cancel: (filter) => tracked(ready().then((opened) => cancel(filter, opened, ending.stop))),
    find: async (id) => (await ready()).storage.queue.find(id),
    async *list(filter = {}) {
      yield* (await ready()).storage.queue.list(checkFilter(filter));
    },
    counts: async (filter = {}) => (await ready()).storage.queue.counts(checkCountFilter(filter)),
    reportOutcome: async (dispatch, outcome) => reportOutcome(dispatch, outcome, await ready()),
    subscribe: async (type, recipients) => subscribe(type, recipients, await ready()),
    unsubscribe: async (type, recipients) => unsubscribe(type, recipients, await ready()),
    getUserPreferences: async (user, options = {}) => getUserPreferences(user, options, await ready()),
    setUserPreferences: async (user, preferences) => setUserPreferences(user, preferences, await ready()),
    unsubscribeRecipient: async (type, recipient) => unsubscribeRecipient(type, recipient, await ready()),
    getRecipientPreferences: async (recipient, options = {}) => getRecipientPreferences(recipient, options, await ready()),
    setRecipientPreferences: async (recipient, preferences) => setRecipientPreferences(recipient, preferences, await ready()),
    suppressions: createSuppressions(ready),
    onEvent: (listener) => events.on(listener),
    close() {
      closed ??= close();
      return closed;
    },
  };
  return site;
}
