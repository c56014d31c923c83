import type { Client, Element } from '@xmpp/client';
import { createClient, manage } from './client.ts';
import { connect } from './connect.ts';
import type { Line } from './line.ts';
import type { Management } from './management.ts';
import type { Settings } from './options.ts';
import type { OnStage } from './stage.ts';
import { streamFault, xmlFault } from './stream-fault.ts';

/** How long a server may take to say goodbye. */
const goodbyeMs = 1_000;

/** One that is logged in, from `open` to `end`, and never again after that. */
export class Connection {
  readonly #line: Line;
  readonly #xmpp: Client;
  readonly #domain: string;
  /** Tells which stanzas the server has taken. */
  readonly management: Management;
  #isLoggedIn = false;
  #end: Error | undefined;
  #fault: Error | undefined;
  /** Hears every stanza. */
  onStanza: (stanza: Element) => void = () => undefined;
  /** Hears once, at the same time as everybody who waits for something, why it has ended. */
  onEnd: (reason: Error) => void = () => undefined;

  /** @throws Error of the library, of node or of this package; it holds no credentials but those that the server repeats. */
  static async open(settings: Settings, signal: AbortSignal, onStage: OnStage): Promise<Connection> {
    const connection = new Connection(await connect(settings, signal, onStage), settings, onStage);
    onStage('logging in');
    await connection.#logIn(signal);
    return connection;
  }

  private constructor(line: Line, settings: Settings, onStage: OnStage) {
    this.#line = line;
    this.#domain = settings.domain;
    this.#xmpp = createClient(line, settings, onStage);
    this.management = manage(this.#xmpp, (error) => this.#finish(error));
    this.#xmpp
      .on('error', (error: Error) => this.#meet(error))
      .on('stanza', (stanza: Element) => this.onStanza(stanza))
      .on('close', () => this.#finish(new Error('the server closed the stream')));
    // The library would follow a `see-other-host` to wherever, and end the process by one that leads nowhere. RFC 6120, 4.9.1.1: nothing comes
    // after any of them, so nobody has to wait until the server closes.
    this.#xmpp._onStreamError = (element) => this.#finish(streamFault(element) as Error);
    line.on('close', () => this.#finish(new Error('the connection was closed')));
  }

  /** Our full JID, as the server has made it. */
  get jid(): string {
    return String(this.#xmpp.jid);
  }

  /** Why it has ended; undefined while it has not. */
  get ended(): Error | undefined {
    return this.#end;
  }

  /** Writes stanzas at once and in this order, and a question behind them. */
  send(stanzas: readonly Element[], question?: Element): void {
    if (this.#end) return;
    this.management.count(stanzas.length);
    this.#xmpp.sendMany(question ? [...stanzas, question] : stanzas).catch((error: Error) => this.#finish(error));
  }

  /** Says goodbye, hears what the server still has to say, and closes. */
  async close(): Promise<void> {
    if (this.#end) return;
    const tooLate = setTimeout(() => this.#line.destroy(new Error('the server did not say goodbye')), goodbyeMs);
    this.#xmpp.timeout = goodbyeMs;
    this.#xmpp.removeAllListeners('close');
    this.management.acknowledge();
    try {
      await this.#xmpp.stop();
    } finally {
      clearTimeout(tooLate);
    }
    this.#finish(new Error('the session is closed'));
  }

  /** The library's own way, `start`, leaves a rejection that nobody can handle when the server does not even say hello. */
  async #logIn(signal: AbortSignal): Promise<void> {
    const online = Promise.withResolvers<unknown>();
    const ended = Promise.withResolvers<never>();
    const stop = (): void => this.#finish(signal.reason as Error);
    signal.addEventListener('abort', stop);
    this.onEnd = ended.reject;
    this.#xmpp.once('online', online.resolve);
    try {
      if (signal.aborted) stop();
      this.#begin().catch((error: Error) => this.#finish(error));
      await Promise.race([online.promise, ended.promise]);
      await Promise.race([this.management.enable(), ended.promise]);
      this.#isLoggedIn = true;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #begin(): Promise<void> {
    await this.#xmpp.connect('xmpp://line');
    await this.#xmpp.open({ domain: this.#domain });
  }

  /** Until it is logged in, nothing that goes wrong is survived; later on, it may have been the reason for an end that follows. */
  #meet(error: Error): void {
    const isUnreadable = error.name === 'XMLError';
    const fault = isUnreadable ? xmlFault(error) : error;
    this.#fault = fault;
    if (!this.#isLoggedIn || isUnreadable) this.#finish(fault);
  }

  #finish(reason: Error): void {
    if (this.#end) return;
    this.#end = reason.name === 'StreamError' ? reason : (this.#fault ?? reason);
    this.#line.destroy(this.#end);
    // Each has a timer of 30 s that would keep the process alive.
    for (const { reject } of this.#xmpp.iqCaller.handlers.values()) reject(this.#end);
    // Whoever waits in the library for the server's greeting waits no longer.
    this.#xmpp.emit('error', this.#end);
    this.onEnd(this.#end);
  }
}
