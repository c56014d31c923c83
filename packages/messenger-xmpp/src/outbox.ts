import type { Redactor } from '@sitemessage/core';
import type { Element } from '@xmpp/client';
import type { Connection } from './connection.ts';
import { abortedError, brokenError, lostError, unseenError } from './errors.ts';
import type { Message } from './message.ts';
import { ns } from './namespaces.ts';
import type { Origin } from './origin.ts';
import type { Pings } from './pings.ts';
import { readRefusal } from './refusal.ts';
import { refusalError } from './refusals.ts';

/** A message on its way. `taken`: our server has it. */
interface Posted {
  readonly message: Message;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  stage: 'unwritten' | 'written' | 'taken';
}

/**
 * Writes messages, and finds out what becomes of them. XMPP has no answer for an accepted message, so the outbox asks.
 *
 * The first question goes behind all messages of one turn: has our server taken them? The server answers by stream
 * management where it has it. Elsewhere it answers a ping, since it reads in order.
 *
 * A message to a room is sent when the room shows it. A message to a person is sent when the server has answered a
 * second question, and no refusal came before that. The second question is a ping that follows the first answer:
 * ejabberd answers questions in one process and refuses messages in another, a moment later.
 */
export class Outbox {
  readonly #connection: Connection;
  readonly #pings: Pings;
  readonly #origin: Origin;
  readonly #domain: string;
  readonly #redactor: Redactor;
  #unwritten: Posted[] = [];
  /** Messages that were written, and that somebody may still refuse. */
  readonly #open = new Set<Posted>();

  constructor(connection: Connection, pings: Pings, origin: Origin, domain: string, redactor: Redactor) {
    this.#connection = connection;
    this.#pings = pings;
    this.#origin = origin;
    this.#domain = domain;
    this.#redactor = redactor;
  }

  /** Resolves when it is sent. */
  async post(message: Message, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortedError(false);
    if (this.#connection.ended) throw lostError(this.#connection.ended, this.#redactor);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const posted: Posted = { message, resolve, reject, stage: 'unwritten' };
    if (this.#unwritten.length === 0) setImmediate(() => this.flush());
    this.#unwritten.push(posted);
    const stop = (): void => {
      this.#unwritten = this.#unwritten.filter((other) => other !== posted);
      // A written message stays open, because it may still end the stream.
      reject(message.isToRoom && posted.stage === 'taken' ? unseenError() : abortedError(posted.stage !== 'unwritten'));
    };
    signal.addEventListener('abort', stop);
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Writes all messages of one turn in one piece, with one question behind them. */
  flush(): void {
    const batch = this.#unwritten;
    if (batch.length === 0 || this.#connection.ended) return;
    this.#unwritten = [];
    for (const posted of batch) {
      posted.stage = 'written';
      this.#open.add(posted);
    }
    const stanzas = batch.map(({ message }) => message.stanza);
    const { management } = this.#connection;
    const onTaken = (): void => this.#take(batch);
    if (management.isEnabled) this.#connection.send(stanzas, management.ask(stanzas.length, onTaken));
    else this.#connection.send([...stanzas, this.#pings.create(onTaken)]);
  }

  meet(stanza: Element, isOurs: boolean): void {
    if (stanza.name !== 'message') return;
    if (stanza.attrs.type === 'error') this.#meetRefusal(stanza);
    else if (stanza.attrs.type === 'groupchat' && isOurs) this.#meetReflection(stanza);
  }

  /**
   * Settles everything when the connection has ended. `mayBlame`: a message that was alone may be the reason. The first
   * time, the reason may be something else, such as the rate of messages.
   */
  end(reason: Error, mayBlame: boolean): void {
    for (const { reject } of this.#unwritten) reject(lostError(reason, this.#redactor));
    const written = [...this.#open].filter(({ stage }) => stage === 'written');
    const isToBlame = mayBlame && written.length === 1;
    for (const posted of this.#open) {
      if (posted.stage === 'taken' && !posted.message.isToRoom) posted.resolve();
      else posted.reject(brokenError(reason, isToBlame && posted.stage === 'written', this.#redactor));
    }
    this.#unwritten = [];
    this.#open.clear();
  }

  #take(batch: readonly Posted[]): void {
    const taken = batch.filter((posted) => this.#open.has(posted));
    for (const posted of taken) posted.stage = 'taken';
    const people = taken.filter(({ message }) => !message.isToRoom);
    if (people.length === 0) return;
    const ping = this.#pings.create(() => {
      for (const posted of people) this.#settle(posted);
    });
    this.#connection.send([ping]);
  }

  #meetRefusal(stanza: Element): void {
    for (const posted of this.#open) {
      const { id, to } = posted.message;
      if (stanza.attrs.id !== id || !this.#origin.isConcerned(stanza, to)) continue;
      const refusal = readRefusal(stanza, this.#domain, posted.message);
      if (!refusal) continue;
      this.#open.delete(posted);
      posted.reject(refusalError(refusal, this.#redactor));
    }
  }

  /** Settles the message that a room shows in our name. */
  #meetReflection(stanza: Element): void {
    const room = stanza.attrs.from?.split('/', 1)[0];
    const waiting = [...this.#open].filter(({ message }) => message.isToRoom && message.to === room);
    const origin = stanza.getChild('origin-id', ns.originId)?.attrs.id;
    const shown =
      waiting.find(({ message: { id } }) => id === stanza.attrs.id || id === origin) ??
      // Gateways to other networks keep neither. Another origin is another session of this account.
      (origin === undefined
        ? waiting.find(({ message }) => message.stanza.getChildText('body') === stanza.getChildText('body'))
        : undefined);
    if (shown) this.#settle(shown);
  }

  #settle(posted: Posted): void {
    this.#open.delete(posted);
    posted.resolve();
  }
}
