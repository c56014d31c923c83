import type { Redactor } from '@sitemessage/core';
import { type Element, xml } from '@xmpp/client';
import type { Connection } from './connection.ts';
import { abortedError, brokenError, connectionError, refusalError } from './errors.ts';
import type { Message } from './message.ts';
import { readRefusal } from './refusal.ts';

/** A message on its way. */
interface Posted {
  readonly message: Message;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  isWritten: boolean;
}

/**
 * Writes messages, and finds out which of them the server has taken. XMPP knows no word for that: a server answers to what it cannot deliver.
 * But it handles what it gets in order (RFC 6120, 10.1), so behind all that are sent at the same time goes a ping (XEP-0199), and whatever has
 * not come back when that is answered was taken.
 */
export class Outbox {
  readonly #connection: Connection;
  readonly #domain: string;
  readonly #redactor: Redactor;
  #unwritten: Posted[] = [];
  /** Those that the server may still refuse, by the ids of their stanzas. */
  readonly #open = new Map<string, Posted>();
  /** Those that each ping answers for, by its id. */
  readonly #pinged = new Map<string, readonly Posted[]>();
  #pings = 0;

  constructor(connection: Connection, domain: string, redactor: Redactor) {
    this.#connection = connection;
    this.#domain = domain;
    this.#redactor = redactor;
  }

  /** Resolves when the server has taken it. */
  async post(message: Message, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortedError(false);
    if (this.#connection.ended) throw connectionError(this.#connection.ended, this.#redactor);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const posted: Posted = { message, resolve, reject, isWritten: false };
    if (this.#unwritten.length === 0) setImmediate(() => this.flush());
    this.#unwritten.push(posted);
    const stop = (): void => {
      this.#unwritten = this.#unwritten.filter((other) => other !== posted);
      reject(abortedError(posted.isWritten));
    };
    signal.addEventListener('abort', stop);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', stop);
      if (this.#open.get(message.id) === posted) this.#open.delete(message.id);
    }
  }

  /** All that is to be sent in one turn goes over the line in one piece, with one ping behind it. */
  flush(): void {
    const batch = this.#unwritten;
    if (batch.length === 0 || this.#connection.ended) return;
    this.#unwritten = [];
    for (const posted of batch) {
      posted.isWritten = true;
      this.#open.set(posted.message.id, posted);
    }
    this.#pings += 1;
    const id = `ping-${this.#pings}`;
    this.#pinged.set(id, batch);
    const ping = xml('iq', { type: 'get', to: this.#domain, id }, xml('ping', { xmlns: 'urn:xmpp:ping' }));
    this.#connection.send([...batch.map(({ message }) => message.stanza), ping]);
  }

  /** A server that refuses pings has answered as well. */
  meet(stanza: Element): void {
    const { name, attrs } = stanza;
    const { id = '', type } = attrs;
    if (name === 'iq' && (type === 'result' || type === 'error')) {
      for (const { resolve } of this.#pinged.get(id) ?? []) resolve();
      this.#pinged.delete(id);
    } else if (name === 'message' && type === 'error') {
      const posted = this.#open.get(id);
      const refusal = posted && readRefusal(stanza, this.#domain, posted.message);
      if (refusal) posted.reject(refusalError(refusal, this.#redactor));
    }
  }

  end(reason: Error): void {
    for (const { reject } of this.#unwritten) reject(connectionError(reason, this.#redactor));
    for (const { reject } of [...this.#pinged.values()].flat()) reject(brokenError(reason, this.#redactor));
    this.#unwritten = [];
    this.#pinged.clear();
  }
}
