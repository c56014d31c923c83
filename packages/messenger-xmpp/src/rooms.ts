import { PermanentError, type Redactor } from '@sitemessage/core';
import { type Element, xml } from '@xmpp/client';
import type { Connection } from './connection.ts';
import { abortedError, connectionError, refusalError } from './errors.ts';
import { readRefusal } from './refusal.ts';

interface Entry {
  readonly entered: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  isPending: boolean;
  /** Somebody has waited for an answer in vain. */
  isOverdue: boolean;
}

const namespace = 'http://jabber.org/protocol/muc';

/** The rooms that a session is in (XEP-0045): nobody sends to one from outside. */
export class Rooms {
  readonly #connection: Connection;
  readonly #nickname: string;
  readonly #domain: string;
  readonly #redactor: Redactor;
  readonly #entries = new Map<string, Entry>();

  constructor(connection: Connection, nickname: string, domain: string, redactor: Redactor) {
    this.#connection = connection;
    this.#nickname = nickname;
    this.#domain = domain;
    this.#redactor = redactor;
  }

  /** Resolves when we are in. */
  async enter(room: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortedError(false);
    if (this.#connection.ended) throw connectionError(this.#connection.ended, this.#redactor);
    const entry = this.#entries.get(room) ?? this.#add(room);
    if (entry.isOverdue) this.#knock(room, entry);
    const stopped = Promise.withResolvers<never>();
    const stop = (): void => {
      entry.isOverdue = entry.isPending;
      stopped.reject(abortedError(false));
    };
    signal.addEventListener('abort', stop);
    try {
      await Promise.race([entry.entered, stopped.promise]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** It has no place for us any more. */
  leave(room: string): void {
    this.#entries.delete(room);
  }

  meet(stanza: Element): void {
    if (stanza.name !== 'presence') return;
    const [room = '', nickname] = (stanza.attrs.from ?? '').split(/\/(.*)/s);
    const entry = this.#entries.get(room);
    if (!entry) return;
    const refusal = readRefusal(stanza, this.#domain, { isJoin: true });
    const statuses =
      stanza
        .getChild('x', `${namespace}#user`)
        ?.getChildren('status')
        .map(({ attrs }) => attrs.code) ?? [];
    if (refusal) this.#refuse(room, entry, refusalError(refusal, this.#redactor));
    // Of a server that does not say which is ours, it is known by the name.
    else if (stanza.attrs.type === 'error' || (!statuses.includes('110') && nickname !== this.#nickname)) return;
    else if (stanza.attrs.type === 'unavailable') this.#goOut(room, entry);
    else if (statuses.includes('201')) this.#leaveEmpty(room, entry);
    else this.#letIn(entry);
  }

  end(reason: Error): void {
    for (const { reject } of this.#entries.values()) reject(connectionError(reason, this.#redactor));
    this.#entries.clear();
  }

  #add(room: string): Entry {
    const { promise: entered, resolve, reject } = Promise.withResolvers<void>();
    entered.catch(() => undefined);
    const entry: Entry = { entered, resolve, reject, isPending: true, isOverdue: false };
    this.#entries.set(room, entry);
    this.#knock(room, entry);
    return entry;
  }

  #knock(room: string, entry: Entry): void {
    entry.isOverdue = false;
    const nothingOfBefore = xml('history', { maxstanzas: '0' });
    this.#connection.send([xml('presence', { to: `${room}/${this.#nickname}` }, xml('x', { xmlns: namespace }, nothingOfBefore))]);
  }

  #letIn(entry: Entry): void {
    entry.isPending = false;
    entry.isOverdue = false;
    entry.resolve();
  }

  /** Of one who still waits to be let in, it is the echo of an earlier stay. */
  #goOut(room: string, { isPending }: Entry): void {
    if (!isPending) this.#entries.delete(room);
  }

  /** A room that is not there is made by whoever enters it. Nobody would be there to read anything. */
  #leaveEmpty(room: string, entry: Entry): void {
    this.#connection.send([xml('presence', { to: `${room}/${this.#nickname}`, type: 'unavailable' })]);
    const message = 'There is no such room: entering it made one, which was left again.';
    this.#refuse(room, entry, new PermanentError(message, { code: 'xmpp_recipient_unknown', recipientGone: true }));
  }

  #refuse(room: string, { reject }: Entry, error: Error): void {
    this.#entries.delete(room);
    reject(error);
  }
}
