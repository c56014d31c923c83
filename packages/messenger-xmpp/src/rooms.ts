import { PermanentError, type Redactor } from '@sitemessage/core';
import { type Element, xml } from '@xmpp/client';
import { untilAborted } from './aborting.ts';
import type { Connection } from './connection.ts';
import { abortedError, lostError, silentRoomError } from './errors.ts';
import type { Pings } from './pings.ts';
import { readRefusal } from './refusal.ts';
import { refusalError } from './refusals.ts';

interface Entry {
  readonly entered: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  /** Names that we have asked for. */
  names: number;
  /** The name that the room knows us by, behind its address. Undefined until we are in. */
  occupant: string | undefined;
  isPending: boolean;
  /** What follows the last knock. Undefined when it is answered: our server has handled the knock, and it is the room that does not answer. */
  ping: Element | undefined;
  /** Somebody has waited for an answer in vain. */
  isOverdue: boolean;
}

const namespace = 'http://jabber.org/protocol/muc';
/** Each worker needs one, at rooms that let nobody in twice by the same. */
const mostNames = 5;

/** The rooms that a session is in (XEP-0045): nobody sends to one from outside. */
export class Rooms {
  readonly #connection: Connection;
  readonly #pings: Pings;
  readonly #nickname: string;
  readonly #domain: string;
  readonly #redactor: Redactor;
  readonly #entries = new Map<string, Entry>();

  constructor(connection: Connection, pings: Pings, nickname: string, domain: string, redactor: Redactor) {
    this.#connection = connection;
    this.#pings = pings;
    this.#nickname = nickname;
    this.#domain = domain;
    this.#redactor = redactor;
  }

  /** Whether some room has not answered yet. */
  get isKnocking(): boolean {
    return [...this.#entries.values()].some(({ isPending }) => isPending);
  }

  /** Resolves when we are in. */
  async enter(room: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortedError(false);
    if (this.#connection.ended) throw lostError(this.#connection.ended, this.#redactor);
    const entry = this.#entries.get(room) ?? this.#add(room);
    if (entry.isOverdue) this.#knock(room, entry);
    await untilAborted(entry.entered, signal, () => {
      entry.isOverdue = entry.isPending;
      return entry.isPending && !entry.ping ? silentRoomError() : abortedError(false);
    });
  }

  /** Returns true for a stanza of a room in our own name. */
  isOurs({ attrs: { from = '' } }: Element): boolean {
    return this.#entries.get(from.split('/', 1)[0] as string)?.occupant === from;
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
    const isOurs = nickname === this.#nameOf(entry);
    const refusal = isOurs || nickname === undefined ? readRefusal(stanza, this.#domain, { isJoin: true }) : undefined;
    const statuses =
      stanza
        .getChild('x', `${namespace}#user`)
        ?.getChildren('status')
        .map(({ attrs }) => attrs.code) ?? [];
    if (refusal?.condition === 'conflict') this.#rename(room, entry);
    else if (refusal) this.#refuse(room, entry, refusalError(refusal, this.#redactor));
    // Of a server that does not say which is ours, it is known by the name.
    else if (stanza.attrs.type === 'error' || (!statuses.includes('110') && !isOurs)) return;
    else if (stanza.attrs.type === 'unavailable') this.#goOut(room, entry);
    else if (statuses.includes('201')) this.#leaveEmpty(room, entry);
    else this.#letIn(entry, stanza.attrs.from);
  }

  end(reason: Error): void {
    for (const { reject } of this.#entries.values()) reject(lostError(reason, this.#redactor));
    this.#entries.clear();
  }

  #nameOf({ names }: Entry): string {
    return names === 1 ? this.#nickname : `${this.#nickname}-${names}`;
  }

  #add(room: string): Entry {
    const { promise: entered, resolve, reject } = Promise.withResolvers<void>();
    entered.catch(() => undefined);
    const entry: Entry = { entered, resolve, reject, names: 1, occupant: undefined, isPending: true, ping: undefined, isOverdue: false };
    this.#entries.set(room, entry);
    this.#knock(room, entry);
    return entry;
  }

  #knock(room: string, entry: Entry): void {
    entry.isOverdue = false;
    const nothingOfBefore = xml('history', { maxstanzas: '0' });
    const presence = xml('presence', { to: `${room}/${this.#nameOf(entry)}` }, xml('x', { xmlns: namespace }, nothingOfBefore));
    const ping = this.#pings.create(() => {
      if (entry.ping === ping) entry.ping = undefined;
    });
    entry.ping = ping;
    this.#connection.send([presence, ping]);
  }

  /** Of one who is in already, it is the answer to a knock that was repeated. */
  #rename(room: string, entry: Entry): void {
    if (!entry.isPending) return;
    if (entry.names < mostNames) {
      entry.names += 1;
      this.#knock(room, entry);
      return;
    }
    const names = `"${this.#nickname}" to "${this.#nameOf(entry)}"`;
    this.#refuse(room, entry, new PermanentError(`In the room, all names from ${names} are taken.`, { code: 'xmpp_nickname_taken' }));
  }

  #letIn(entry: Entry, occupant: string | undefined): void {
    entry.occupant = occupant;
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
    this.#connection.send([xml('presence', { to: `${room}/${this.#nameOf(entry)}`, type: 'unavailable' })]);
    const message = 'There is no such room: entering it made one, which was left again.';
    this.#refuse(room, entry, new PermanentError(message, { code: 'xmpp_recipient_unknown', recipientGone: true }));
  }

  #refuse(room: string, { reject }: Entry, error: Error): void {
    this.#entries.delete(room);
    reject(error);
  }
}
