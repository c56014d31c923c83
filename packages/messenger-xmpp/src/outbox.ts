import type { Redactor } from '@sitemessage/core';
import type { Element } from '@xmpp/client';
import type { Pings } from './acknowledgements.ts';
import type { SenderCheck } from './address.ts';
import type { Connection } from './connection.ts';
import { abortedError, brokenError, lostError, notReflectedError } from './errors.ts';
import type { Message } from './message.ts';
import { readRefusal, refusalError } from './refusals.ts';
import { ns } from './xml.ts';

/** A message in flight. `acknowledged`: our server has taken it. */
interface Pending {
  readonly message: Message;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  stage: 'unwritten' | 'written' | 'acknowledged';
}

/**
 * Writes messages, and finds out their outcome. XMPP has no answer for an accepted message, so the outbox
 * asks twice. "When a message counts as sent" in the README explains both requests.
 */
export class Outbox {
  readonly #connection: Connection;
  readonly #pings: Pings;
  readonly #senders: SenderCheck;
  readonly #domain: string;
  readonly #redactor: Redactor;
  #unwritten: Pending[] = [];
  /** Messages that were written, and that somebody may still refuse. */
  readonly #open = new Set<Pending>();

  constructor(connection: Connection, pings: Pings, senders: SenderCheck, domain: string, redactor: Redactor) {
    this.#connection = connection;
    this.#pings = pings;
    this.#senders = senders;
    this.#domain = domain;
    this.#redactor = redactor;
  }

  /** Resolves when the message is sent. */
  async send(message: Message, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortedError(false);
    if (this.#connection.ended) throw lostError(this.#connection.ended, this.#redactor);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const pending: Pending = { message, resolve, reject, stage: 'unwritten' };
    if (this.#unwritten.length === 0) setImmediate(() => this.flush());
    this.#unwritten.push(pending);
    const stop = (): void => {
      this.#unwritten = this.#unwritten.filter((other) => other !== pending);
      // A written message stays open, because it may still end the stream.
      const isInRoom = message.isToRoom && pending.stage === 'acknowledged';
      reject(isInRoom ? notReflectedError() : abortedError(pending.stage !== 'unwritten'));
    };
    signal.addEventListener('abort', stop);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Writes all messages of one turn in one piece, with one request after them. */
  flush(): void {
    const batch = this.#unwritten;
    if (batch.length === 0 || this.#connection.ended) return;
    this.#unwritten = [];
    for (const pending of batch) {
      pending.stage = 'written';
      this.#open.add(pending);
    }
    const stanzas = batch.map(({ message }) => message.stanza);
    const { management } = this.#connection;
    const onAcknowledged = (): void => this.#acknowledge(batch);
    if (management.isEnabled) this.#connection.send(stanzas, management.createRequest(stanzas.length, onAcknowledged));
    else this.#connection.send([...stanzas, this.#pings.create(onAcknowledged)]);
  }

  /** Handles a stanza. `isOurs`: a room sent it in our name. */
  receive(stanza: Element, isOurs: boolean): void {
    if (stanza.name !== 'message') return;
    if (stanza.attrs.type === 'error') this.#receiveRefusal(stanza);
    else if (stanza.attrs.type === 'groupchat' && isOurs) this.#receiveReflection(stanza);
  }

  /**
   * Settles everything when the connection has ended. `mayBlame`: a message that was alone may be the reason.
   * The first time, the reason may be something else, such as the rate of messages.
   */
  end(reason: Error, mayBlame: boolean): void {
    for (const { reject } of this.#unwritten) reject(lostError(reason, this.#redactor));
    const written = [...this.#open].filter(({ stage }) => stage === 'written');
    const isToBlame = mayBlame && written.length === 1;
    for (const pending of this.#open) {
      if (pending.stage === 'acknowledged' && !pending.message.isToRoom) pending.resolve();
      else pending.reject(brokenError(reason, isToBlame && pending.stage === 'written', this.#redactor));
    }
    this.#unwritten = [];
    this.#open.clear();
  }

  /**
   * Sends the second request. ejabberd answers requests in one process, and refuses messages in another, a
   * moment later.
   */
  #acknowledge(batch: readonly Pending[]): void {
    const acknowledged = batch.filter((pending) => this.#open.has(pending));
    for (const pending of acknowledged) pending.stage = 'acknowledged';
    const toPeople = acknowledged.filter(({ message }) => !message.isToRoom);
    if (toPeople.length === 0) return;
    const ping = this.#pings.create(() => {
      for (const pending of toPeople) this.#settle(pending);
    });
    this.#connection.send([ping]);
  }

  #receiveRefusal(stanza: Element): void {
    for (const pending of this.#open) {
      const { id, to } = pending.message;
      if (stanza.attrs.id !== id || !this.#senders.mayRefuse(stanza, to)) continue;
      const refusal = readRefusal(stanza, this.#domain, pending.message);
      if (!refusal) continue;
      this.#open.delete(pending);
      pending.reject(refusalError(refusal, this.#redactor));
    }
  }

  /** Settles the message that a room reflects to us in our name. */
  #receiveReflection(stanza: Element): void {
    const room = stanza.attrs.from?.split('/', 1)[0];
    const waiting = [...this.#open].filter(({ message }) => message.isToRoom && message.to === room);
    const origin = stanza.getChild('origin-id', ns.originId)?.attrs.id;
    const reflected =
      waiting.find(({ message: { id } }) => id === stanza.attrs.id || id === origin) ??
      // Gateways to other networks keep neither id. A different `origin-id` is of another session of this
      // account.
      (origin === undefined
        ? waiting.find(({ message }) => message.stanza.getChildText('body') === stanza.getChildText('body'))
        : undefined);
    if (reflected) this.#settle(reflected);
  }

  #settle(pending: Pending): void {
    this.#open.delete(pending);
    pending.resolve();
  }
}
