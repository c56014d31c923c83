import type { Client, Element } from '@xmpp/client';
import type { StreamManagement } from './acknowledgements.ts';
import { createClient, manageStream } from './client.ts';
import { connect, type OnStage } from './connect.ts';
import { streamFault, xmlFault } from './faults.ts';
import type { Settings } from './options.ts';
import type { SocketAdapter } from './socket-adapter.ts';

/** The longest wait for a server's goodbye. */
const goodbyeMs = 1_000;

/** A connection that is logged in. After its end, it is never opened again. */
export class Connection {
  readonly #socket: SocketAdapter;
  readonly #xmpp: Client;
  readonly #domain: string;
  /** Tells which stanzas the server has taken. */
  readonly management: StreamManagement;
  #isLoggedIn = false;
  #end: Error | undefined;
  #fault: Error | undefined;
  /** Called with every stanza. */
  onStanza: (stanza: Element) => void = () => undefined;
  /** Called once, with the reason of the end. */
  onEnd: (reason: Error) => void = () => undefined;

  /**
   * @throws Error of the library, of Node or of this package. The server may have put credentials into it.
   */
  static async open(settings: Settings, signal: AbortSignal, onStage: OnStage): Promise<Connection> {
    const connection = new Connection(await connect(settings, signal, onStage), settings, onStage);
    onStage('logging in');
    await connection.#logIn(signal);
    return connection;
  }

  private constructor(socket: SocketAdapter, settings: Settings, onStage: OnStage) {
    this.#socket = socket;
    this.#domain = settings.domain;
    this.#xmpp = createClient(socket, settings, onStage);
    this.management = manageStream(this.#xmpp, (error) => this.#finish(error));
    this.#xmpp
      .on('error', (error: Error) => this.#noteError(error))
      .on('stanza', (stanza: Element) => this.onStanza(stanza))
      .on('close', () => this.#finish(new Error('the server closed the stream')));
    // The library would follow `see-other-host` to any host, and a wrong one would end the process. Nothing
    // follows a stream error (RFC 6120, 4.9.1.1), so nobody has to wait until the server closes.
    this.#xmpp._onStreamError = (element) => this.#finish(streamFault(element) as Error);
    socket.on('close', () => this.#finish(new Error('the connection was closed')));
  }

  /** Our full JID, as the server writes it. */
  get jid(): string {
    return String(this.#xmpp.jid);
  }

  /** The reason of its end. Undefined while it is open. */
  get ended(): Error | undefined {
    return this.#end;
  }

  /** Writes stanzas at once and in this order, and a request after them. */
  send(stanzas: readonly Element[], request?: Element): void {
    if (this.#end) return;
    this.management.count(stanzas.length);
    this.#xmpp.sendMany(request ? [...stanzas, request] : stanzas).catch((error: Error) => this.#finish(error));
  }

  /** Says goodbye, reads until the server's goodbye, and closes. Takes little more than 1 s at most. */
  async close(): Promise<void> {
    if (this.#end) return;
    const tooLate = setTimeout(() => this.#socket.destroy(new Error('the server did not say goodbye')), goodbyeMs);
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

  /** Logs in. The library's `start` leaves an unhandled rejection when the server does not even say hello. */
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
    await this.#xmpp.connect('xmpp://socket');
    await this.#xmpp.open({ domain: this.#domain });
  }

  /**
   * Before the login, every error ends the connection. Later, an error may be the reason of an end that
   * follows.
   */
  #noteError(error: Error): void {
    const isUnreadable = error.name === 'XMLError';
    const fault = isUnreadable ? xmlFault(error) : error;
    this.#fault = fault;
    if (!this.#isLoggedIn || isUnreadable) this.#finish(fault);
  }

  #finish(reason: Error): void {
    if (this.#end) return;
    this.#end = reason.name === 'StreamError' ? reason : (this.#fault ?? reason);
    this.#socket.destroy(this.#end);
    // Each has a timer of 30 s that would keep the process alive.
    for (const { reject } of this.#xmpp.iqCaller.handlers.values()) reject(this.#end);
    // Ends the library's wait for the server's greeting.
    this.#xmpp.emit('error', this.#end);
    this.onEnd(this.#end);
  }
}
