import { type Client, client, type Element } from '@xmpp/client';
import ConnectionTCP from '@xmpp/connection-tcp';
import { coded } from './coded.ts';
import { connect } from './connect.ts';
import type { Line } from './line.ts';
import { watchLogin } from './login.ts';
import type { Settings } from './options.ts';
import { Reader } from './reader.ts';
import { Scram } from './scram.ts';
import type { OnStage } from './stage.ts';
import { boundsOfServer, boundsOfStrangers } from './stream-bounds.ts';
import { streamFault, xmlFault } from './stream-fault.ts';

/** How long a server may take to say goodbye. */
const goodbyeMs = 1_000;
/** Most preferred first; the library knows no others that take a password. */
const mechanisms: readonly string[] = ['SCRAM-SHA-1', 'PLAIN'];

/** One that is logged in, from `open` to `end`, and never again after that. */
export class Connection {
  readonly #line: Line;
  readonly #xmpp: Client;
  readonly #domain: string;
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

  /** Written at once and in this order. */
  send(stanzas: readonly Element[]): void {
    if (this.#end) return;
    this.#xmpp.sendMany(stanzas).catch((error: Error) => this.#finish(error));
  }

  /** Says goodbye, hears what the server still has to say, and closes. */
  async close(): Promise<void> {
    if (this.#end) return;
    const tooLate = setTimeout(() => this.#line.destroy(new Error('the server did not say goodbye')), goodbyeMs);
    this.#xmpp.timeout = goodbyeMs;
    this.#xmpp.removeAllListeners('close');
    try {
      await this.#xmpp.stop();
    } finally {
      clearTimeout(tooLate);
    }
    this.#finish(new Error('the session is closed'));
  }

  /** What the library has for it, `start`, leaves a rejection behind that nobody can handle when the server does not even say hello. */
  async #logIn(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const stop = (): void => this.#finish(signal.reason as Error);
    signal.addEventListener('abort', stop);
    this.onEnd = reject;
    this.#xmpp.once('online', resolve);
    try {
      if (signal.aborted) stop();
      this.#begin().catch((error: Error) => this.#finish(error));
      await promise;
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

function createClient(line: Line, { domain, user, password, resource, timeoutMs }: Settings, onStage: OnStage): Client {
  const scram = new Scram();
  const xmpp = client({
    // The line leads there already.
    service: 'xmpp://line',
    domain,
    username: user,
    resource,
    timeout: timeoutMs,
    async credentials(authenticate, offered) {
      const mechanism = mechanisms.find((name) => offered.includes(name) && (name !== 'PLAIN' || line.secure));
      if (mechanism === undefined) throw coded('ENOLOGIN', `the server offers ${offered.join(', ')}, of which none will do here`);
      await authenticate({ username: user, password }, mechanism);
    },
  });
  // It would log in again one second after it was stopped.
  xmpp.reconnect.stop();
  xmpp.saslFactory._mechs.unshift({
    name: scram.name,
    mech: function mechanism(): Scram {
      return scram;
    },
  });
  xmpp.transports = [transportOver(line)];
  // SASL2 and stream management are left out: whoever offers them offers SASL and answers pings too. With stream management the library keeps
  // every stanza until there is a pause of 250 ms, and the server a session that nobody will take up again.
  xmpp.prependListener('element', (element: Element) => {
    element.remove('authentication', 'urn:xmpp:sasl:2');
    element.remove('sm', 'urn:xmpp:sm:3');
  });
  watchLogin(xmpp, scram, line.secure, onStage);
  return xmpp;
}

/**
 * The library's way to connect: once, to a line that is connected already. Its first stream is there to log in, and a stream of a server that
 * has shown who it is follows.
 */
function transportOver(line: Line): typeof ConnectionTCP {
  let bounds = boundsOfStrangers;
  class Transport extends ConnectionTCP {
    override socketParameters(): object {
      return {};
    }
  }
  Transport.prototype.NS = 'jabber:client';
  Transport.prototype.Parser = function parser(): Reader {
    const reader = new Reader(bounds);
    bounds = boundsOfServer;
    return reader;
  };
  Transport.prototype.Socket = function socket(): Line {
    return line;
  };
  return Transport;
}
