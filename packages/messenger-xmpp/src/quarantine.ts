import type { Redactor } from '@sitemessage/core';
import { Channel } from './channel.ts';
import { abortedError, untilAborted } from './errors.ts';
import type { Message } from './message.ts';
import type { Settings } from './options.ts';

/** The most ids that are remembered. */
const most = 10_000;

/**
 * The ids of messages that were in flight when a connection ended. One of them may be the reason: a poison
 * message. They are remembered as long as the messenger exists, over all its sessions.
 */
export class Suspects {
  readonly #ids = new Set<string>();

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Forgets the oldest id when there are more than 10,000. */
  add(id: string): void {
    this.#ids.add(id);
    if (this.#ids.size > most) this.#ids.delete(this.#ids.values().next().value as string);
  }

  delete(id: string): void {
    this.#ids.delete(id);
  }
}

/**
 * Sends suspects one after another, over a separate connection. So a poison message breaks no other message,
 * and no other message waits for it.
 */
export class Quarantine {
  readonly #settings: Settings;
  readonly #redactor: Redactor;
  readonly #closed = new AbortController();
  #channel: Channel | undefined;
  #turn: Promise<void> = Promise.resolve();
  #closing: Promise<unknown> = Promise.resolve();

  constructor(settings: Settings, redactor: Redactor) {
    // With the same resource, the server would end the connection of the session.
    this.#settings = { ...settings, resource: undefined };
    this.#redactor = redactor;
  }

  /** Resolves when the message is sent. No error of it ends the session. */
  async send(message: Message, signal: AbortSignal): Promise<void> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    try {
      await untilAborted(before, signal, () => abortedError(false));
      await this.#sendAlone(message, signal);
    } catch (error) {
      throw Object.assign(error as Error, { sessionLost: false });
    } finally {
      void before.then(resolve);
    }
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#drop();
    await this.#turn;
    await this.#closing;
  }

  async #sendAlone(message: Message, signal: AbortSignal): Promise<void> {
    const stop = AbortSignal.any([signal, this.#closed.signal]);
    if (stop.aborted) throw abortedError(false);
    if (this.#channel?.hasEnded) this.#channel = undefined;
    this.#channel ??= await Channel.open(this.#settings, stop, this.#redactor, true);
    try {
      await this.#channel.send(message, signal);
    } catch (error) {
      if ((error as { readonly sessionLost?: unknown }).sessionLost === true) void this.#drop();
      throw error;
    }
  }

  #drop(): Promise<unknown> {
    this.#closing = Promise.all([this.#closing, this.#channel?.close()]);
    this.#channel = undefined;
    return this.#closing;
  }
}
