import { createClock } from '../clock.ts';
import { ConfigurationError } from '../errors.ts';
import { createEvents } from '../events.ts';
import { expandFanOuts } from '../fan-out/expand.ts';
import { cleanupSent } from '../manage/cleanup.ts';
import { cancel, checkUndelivered, requeue } from '../manage/dispatches.ts';
import { checkCountFilter, checkFilter } from '../manage/filter.ts';
import { reportOutcome } from '../manage/outcomes.ts';
import { createSuppressions } from '../manage/suppressions.ts';
import { createMessageTypes } from '../message/registry.ts';
import { createMessengers } from '../messenger/messengers.ts';
import { sendTestMessage } from '../messenger/test-message.ts';
import { once } from '../once.ts';
import { systemRuntime } from '../runtime.ts';
import { prepare } from '../schedule/prepare.ts';
import { scheduleMessages } from '../schedule/schedule.ts';
import { createSendSite, type SendSite } from '../send/context.ts';
import { defaultLeaseMs, sendScheduled } from '../send/send-due.ts';
import { defaultStopTimeoutMs, type ShutdownSignals, shutDown } from '../send/shutdown.ts';
import { startWorker, type Worker } from '../send/worker.ts';
import { getUserPreferences, setUserPreferences } from '../subscriptions/preferences.ts';
import { getRecipientPreferences, setRecipientPreferences, unsubscribeRecipient } from '../subscriptions/recipient.ts';
import { subscribe, unsubscribe } from '../subscriptions/subscribe.ts';
import { checkSiteOptions } from './options.ts';
import type { Exactly, InputsOf, MessengersOption, Sitemessage, SitemessageOptions } from './site.ts';

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
  const context = createSendSite({
    runtime,
    storage: options.storage,
    ready: once(() => options.storage.migrate()),
    clock: createClock(runtime, options.storage),
    messengers: createMessengers(messengers),
    types: createMessageTypes(),
    events,
    links: options.links ?? (() => ({})),
    users: {
      ...(options.addressOf && { addressOf: options.addressOf }),
      ...(options.userId && { idOf: options.userId }),
      ...(options.resolveUsers && { resolve: options.resolveUsers }),
      ...(options.isActive && { isActive: options.isActive }),
    },
  });
  context.types.register(messageTypes);
  return assemble(context) as Sitemessage<InputsOf<M>, User, Transaction, Stored>;
}

function assemble(context: SendSite): Sitemessage<Record<string, unknown>, unknown> {
  const { storage, messengers, types, events } = context;
  const workers = new Set<Worker>();
  const running = new Set<Promise<unknown>>();
  const stopping = new AbortController();
  const killing = new AbortController();
  const signals: ShutdownSignals = { stop: stopping.signal, kill: killing.signal };
  let closed: Promise<void> | undefined;

  const refuseClosed = (): void => {
    if (closed) throw new ConfigurationError('This site is closed; make another one to go on.', { code: 'site_closed' });
  };
  const ready = async (): Promise<SendSite> => {
    refuseClosed();
    await context.ready();
    return context;
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
    const signals = shutDown(defaultStopTimeoutMs, Promise.allSettled(running), killing, context);
    // Each worker has a time of its own, which may be longer.
    await Promise.all([signals, ...[...workers].map((worker) => worker.stop())]);
    await shutDown(0, storage.close(), killing, context);
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
    prepareDispatches: () => tracked(ready().then((opened) => expandFanOuts(opened, { leaseMs: defaultLeaseMs, stop: signals.stop }))),
    sendScheduledMessages: (options = {}) => tracked(ready().then((opened) => sendScheduled(options, opened, signals))),
    startWorker(options = {}) {
      refuseClosed();
      const worker = startWorker(options, context);
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
    cancel: (filter) => tracked(ready().then((opened) => cancel(filter, opened, signals.stop))),
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
