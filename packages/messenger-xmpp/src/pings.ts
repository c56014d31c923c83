import { randomUUID } from 'node:crypto';
import { type Element, xml } from '@xmpp/client';
import type { Origin } from './origin.ts';

/**
 * Pings of our server (XEP-0199). A server reads in order (RFC 6120, 10.1). So when it answers a ping, it has read
 * everything before it. A refusal may still follow, where another process of the server handles the message.
 */
export class Pings {
  readonly #domain: string;
  readonly #origin: Origin;
  readonly #waiting = new Map<string, () => void>();

  constructor(domain: string, origin: Origin) {
    this.#domain = domain;
    this.#origin = origin;
  }

  create(onAnswer: () => void): Element {
    const id = randomUUID();
    this.#waiting.set(id, onAnswer);
    return xml('iq', { type: 'get', to: this.#domain, id }, xml('ping', { xmlns: 'urn:xmpp:ping' }));
  }

  /** A server that refuses pings has answered as well. */
  meet(stanza: Element): void {
    const { id = '', type } = stanza.attrs;
    if (stanza.name !== 'iq' || (type !== 'result' && type !== 'error') || !this.#origin.isServer(stanza)) return;
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  }
}
