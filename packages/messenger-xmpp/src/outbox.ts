import type { Redactor } from '@sitemessage/core';
import type { Element } from '@xmpp/client';
import type { Connection } from './connection.ts';
import { abortedError, brokenError, lostError } from './errors.ts';
import type { Message } from './message.ts';
import type { Origin } from './origin.ts';
import type { Pings } from './pings.ts';
import { readRefusal } from './refusal.ts';
import { refusalError } from './refusals.ts';

/** A message on its way. */
interface Posted {
  readonly message: Message;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  isWritten: boolean;
}

/**
 * Writes messages, and finds out which of them the server has taken. XMPP knows no word for that: a server answers to what it cannot deliver.
 * So behind all that are sent at the same time goes a ping, and whatever has not come back when that is answered was taken.
 */
export class Outbox {
  readonly #connection: Connection;
  readonly #pings: Pings;
  readonly #origin: Origin;
  readonly #domain: string;
  readonly #redactor: Redactor;
  #unwritten: Posted[] = [];
  /** Those that the server may still refuse, or end the stream for. */
  readonly #open = new Set<Posted>();

  constructor(connection: Connection, pings: Pings, origin: Origin, domain: string, redactor: Redactor) {
    this.#connection = connection;
    this.#pings = pings;
    this.#origin = origin;
    this.#domain = domain;
    this.#redactor = redactor;
  }

  /** Resolves when the server has taken it. */
  async post(message: Message, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortedError(false);
    if (this.#connection.ended) throw lostError(this.#connection.ended, this.#redactor);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const posted: Posted = { message, resolve, reject, isWritten: false };
    if (this.#unwritten.length === 0) setImmediate(() => this.flush());
    this.#unwritten.push(posted);
    const stop = (): void => {
      this.#unwritten = this.#unwritten.filter((other) => other !== posted);
      // What was written stays open: it may still be what ends the stream.
      reject(abortedError(posted.isWritten));
    };
    signal.addEventListener('abort', stop);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** All that is to be sent in one turn goes over the line in one piece, with one ping behind it. */
  flush(): void {
    const batch = this.#unwritten;
    if (batch.length === 0 || this.#connection.ended) return;
    this.#unwritten = [];
    for (const posted of batch) {
      posted.isWritten = true;
      this.#open.add(posted);
    }
    const ping = this.#pings.create(() => {
      for (const posted of batch) {
        this.#open.delete(posted);
        posted.resolve();
      }
    });
    this.#connection.send([...batch.map(({ message }) => message.stanza), ping]);
  }

  meet(stanza: Element): void {
    if (stanza.name !== 'message' || stanza.attrs.type !== 'error') return;
    for (const posted of this.#open) {
      const { id, to } = posted.message;
      if (stanza.attrs.id !== id || !this.#origin.isConcerned(stanza, to)) continue;
      const refusal = readRefusal(stanza, this.#domain, posted.message);
      if (!refusal) continue;
      this.#open.delete(posted);
      posted.reject(refusalError(refusal, this.#redactor));
    }
  }

  /** `mayBlame`: whether it is for a message that is alone here. The first time it may be something else, such as how much came lately. */
  end(reason: Error, mayBlame: boolean): void {
    for (const { reject } of this.#unwritten) reject(lostError(reason, this.#redactor));
    const isToBlame = mayBlame && this.#open.size === 1;
    for (const { reject } of this.#open) reject(brokenError(reason, isToBlame, this.#redactor));
    this.#unwritten = [];
    this.#open.clear();
  }
}
