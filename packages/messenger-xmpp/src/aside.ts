import type { Redactor } from '@sitemessage/core';
import { untilAborted } from './aborting.ts';
import { Channel } from './channel.ts';
import { abortedError } from './errors.ts';
import type { Message } from './message.ts';
import type { Settings } from './options.ts';

/**
 * The way for messages of which one may be what ended a connection: one after the other, over a connection beside that of the session. So the
 * culprit takes nobody else with it, and nobody else waits.
 */
export class Aside {
  readonly #settings: Settings;
  readonly #redactor: Redactor;
  readonly #closed = new AbortController();
  #channel: Channel | undefined;
  #turn: Promise<void> = Promise.resolve();
  #closing: Promise<unknown> = Promise.resolve();

  constructor(settings: Settings, redactor: Redactor) {
    // With the same name it would put out the session.
    this.#settings = { ...settings, resource: undefined };
    this.#redactor = redactor;
  }

  /** Resolves when the server has taken it. What is thrown says nothing of the session. */
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
