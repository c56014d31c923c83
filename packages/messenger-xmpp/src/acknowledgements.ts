import { randomUUID } from 'node:crypto';
import { type Element, xml } from '@xmpp/client';
import type { SenderCheck } from './address.ts';
import { ns } from './xml.ts';

interface Request {
  /** The number of our stanzas that the server must have taken. */
  readonly stanzas: number;
  readonly onAcknowledged: () => void;
}

/**
 * Stream management (XEP-0198): the server says how many of our stanzas it has taken. No stream is resumed.
 * The library's own implementation keeps every stanza in memory, and asks only after a pause of 250 ms.
 */
export class StreamManagement {
  readonly #write: (markup: string) => void;
  readonly #answered: PromiseWithResolvers<void> = Promise.withResolvers<void>();
  #isOffered = false;
  #isEnabled = false;
  #sent = 0;
  #received = 0;
  #requests: Request[] = [];

  constructor(write: (markup: string) => void) {
    this.#write = write;
  }

  get isEnabled(): boolean {
    return this.#isEnabled;
  }

  /** Notes that the server offers it. */
  noteOffer(): void {
    this.#isOffered = true;
  }

  /** Enables it if the server offers it. Resolves when the server has answered. The server may refuse. */
  async enable(): Promise<void> {
    if (!this.#isOffered) return;
    this.#sent = 0;
    this.#write(xml('enable', { xmlns: ns.streamManagement }).toString());
    await this.#answered.promise;
  }

  /** Counts stanzas that are being written. */
  count(stanzas: number): void {
    this.#sent += stanzas;
  }

  /** Returns the request to write after so many stanzas. The server answers it when it has taken them. */
  createRequest(stanzas: number, onAcknowledged: () => void): Element {
    this.#requests.push({ stanzas: this.#sent + stanzas, onAcknowledged });
    return xml('r', { xmlns: ns.streamManagement });
  }

  /** Tells the server how many stanzas have come, so that it keeps none of them for us. */
  acknowledge(): void {
    if (this.#isEnabled) this.#write(xml('a', { xmlns: ns.streamManagement, h: String(this.#received) }).toString());
  }

  /** Returns true for an element of stream management. Nothing else may handle it. */
  receive(element: Element): boolean {
    if (element.getNS() !== ns.streamManagement) {
      if (['iq', 'message', 'presence'].includes(element.name)) this.#received += 1;
      return false;
    }
    if (element.name === 'enabled' || element.name === 'failed') this.#settle(element.name === 'enabled');
    else if (element.name === 'r') this.acknowledge();
    else if (this.#isEnabled && element.name === 'a') this.#receiveCount(Number(element.attrs.h));
    return true;
  }

  #settle(isEnabled: boolean): void {
    this.#isEnabled = isEnabled;
    this.#received = 0;
    this.#answered.resolve();
  }

  /** Ignores NaN, and a count that is larger than the number of stanzas that were sent. */
  #receiveCount(stanzas: number): void {
    if (!(stanzas <= this.#sent)) return;
    const answered = this.#requests.filter((request) => request.stanzas <= stanzas);
    this.#requests = this.#requests.slice(answered.length);
    for (const { onAcknowledged } of answered) onAcknowledged();
  }
}

/**
 * Pings of our server (XEP-0199). A server reads in order (RFC 6120, 10.1). So when it answers a ping, it has
 * read everything before it. A refusal may still follow, where another process of the server handles the
 * message.
 */
export class Pings {
  readonly #domain: string;
  readonly #senders: SenderCheck;
  readonly #waiting = new Map<string, () => void>();

  constructor(domain: string, senders: SenderCheck) {
    this.#domain = domain;
    this.#senders = senders;
  }

  /** Returns a ping to write. */
  create(onAnswer: () => void): Element {
    const id = randomUUID();
    this.#waiting.set(id, onAnswer);
    return xml('iq', { type: 'get', to: this.#domain, id }, xml('ping', { xmlns: ns.ping }));
  }

  /** Handles an answer. A refused ping is an answer too. */
  receive(stanza: Element): void {
    const { id = '', type } = stanza.attrs;
    if (stanza.name !== 'iq' || (type !== 'result' && type !== 'error') || !this.#senders.isOwnServer(stanza)) return;
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  }
}
