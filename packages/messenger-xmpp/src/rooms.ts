import { PermanentError, type Redactor } from '@sitemessage/core';
import { type Element, xml } from '@xmpp/client';
import type { Pings } from './acknowledgements.ts';
import type { Connection } from './connection.ts';
import { abortedError, lostError, silentRoomError, untilAborted } from './errors.ts';
import { readRefusal, refusalError } from './refusals.ts';
import { ns } from './xml.ts';

/** A room that we have asked to let us in. */
interface Room {
  readonly joined: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  /** The number of nicknames that we have asked for. */
  nicknames: number;
  /** The address of the room and our nickname in it. Undefined until we are in. */
  occupant: string | undefined;
  isPending: boolean;
  /** The ping after the last join. Undefined when our server has answered it, and so has handled the join. */
  ping: Element | undefined;
  /** True when somebody has waited for the room's answer in vain. */
  isOverdue: boolean;
}

/** The most nicknames to ask for. Some rooms take one only once, so each worker needs another one. */
const mostNicknames = 5;

/** The rooms that a session is in (XEP-0045). Only occupants may send to a room. */
export class Rooms {
  readonly #connection: Connection;
  readonly #pings: Pings;
  readonly #nickname: string;
  readonly #domain: string;
  readonly #redactor: Redactor;
  readonly #rooms = new Map<string, Room>();

  constructor(connection: Connection, pings: Pings, nickname: string, domain: string, redactor: Redactor) {
    this.#connection = connection;
    this.#pings = pings;
    this.#nickname = nickname;
    this.#domain = domain;
    this.#redactor = redactor;
  }

  /** True when a room has not answered yet. */
  get isJoining(): boolean {
    return [...this.#rooms.values()].some(({ isPending }) => isPending);
  }

  /** Resolves when we are in the room. */
  async join(address: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortedError(false);
    if (this.#connection.ended) throw lostError(this.#connection.ended, this.#redactor);
    const room = this.#rooms.get(address) ?? this.#add(address);
    if (room.isOverdue) this.#sendJoin(address, room);
    await untilAborted(room.joined, signal, () => {
      room.isOverdue = room.isPending;
      return room.isPending && !room.ping ? silentRoomError() : abortedError(false);
    });
  }

  /** Returns true for a stanza that a room sent in our own name. */
  isOurs({ attrs: { from = '' } }: Element): boolean {
    return this.#rooms.get(from.split('/', 1)[0] as string)?.occupant === from;
  }

  /** Forgets a room that we are no longer in. */
  leave(address: string): void {
    this.#rooms.delete(address);
  }

  receive(stanza: Element): void {
    if (stanza.name !== 'presence') return;
    const [address = '', nickname] = (stanza.attrs.from ?? '').split(/\/(.*)/s);
    const room = this.#rooms.get(address);
    if (!room) return;
    const isOurs = nickname === this.#nicknameIn(room);
    const refusal = isOurs || nickname === undefined ? readRefusal(stanza, this.#domain, { isJoin: true }) : undefined;
    const statuses =
      stanza
        .getChild('x', `${ns.muc}#user`)
        ?.getChildren('status')
        .map(({ attrs }) => attrs.code) ?? [];
    if (refusal?.condition === 'conflict') this.#tryNextNickname(address, room);
    else if (refusal) this.#refuse(address, room, refusalError(refusal, this.#redactor));
    // Status 110 marks our own presence. At servers without it, our nickname does.
    else if (stanza.attrs.type === 'error' || (!statuses.includes('110') && !isOurs)) return;
    else if (stanza.attrs.type === 'unavailable') this.#receiveExit(address, room);
    else if (statuses.includes('201')) this.#leaveNewRoom(address, room);
    else this.#receiveEntry(room, stanza.attrs.from);
  }

  end(reason: Error): void {
    for (const { reject } of this.#rooms.values()) reject(lostError(reason, this.#redactor));
    this.#rooms.clear();
  }

  #nicknameIn({ nicknames }: Room): string {
    return nicknames === 1 ? this.#nickname : `${this.#nickname}-${nicknames}`;
  }

  #add(address: string): Room {
    const { promise: joined, resolve, reject } = Promise.withResolvers<void>();
    joined.catch(() => undefined);
    const room: Room = { joined, resolve, reject, nicknames: 1, occupant: undefined, isPending: true, ping: undefined, isOverdue: false };
    this.#rooms.set(address, room);
    this.#sendJoin(address, room);
    return room;
  }

  #sendJoin(address: string, room: Room): void {
    room.isOverdue = false;
    const noHistory = xml('history', { maxstanzas: '0' });
    const presence = xml('presence', { to: `${address}/${this.#nicknameIn(room)}` }, xml('x', { xmlns: ns.muc }, noHistory));
    const ping = this.#pings.create(() => {
      if (room.ping === ping) room.ping = undefined;
    });
    room.ping = ping;
    this.#connection.send([presence, ping]);
  }

  /** Asks for the next nickname. Ignores the answer to a repeated join when we are in already. */
  #tryNextNickname(address: string, room: Room): void {
    if (!room.isPending) return;
    if (room.nicknames < mostNicknames) {
      room.nicknames += 1;
      this.#sendJoin(address, room);
      return;
    }
    const names = `"${this.#nickname}" to "${this.#nicknameIn(room)}"`;
    this.#refuse(address, room, new PermanentError(`In the room, all names from ${names} are taken.`, { code: 'xmpp_nickname_taken' }));
  }

  #receiveEntry(room: Room, occupant: string | undefined): void {
    room.occupant = occupant;
    room.isPending = false;
    room.isOverdue = false;
    room.resolve();
  }

  /** Ignores the exit from an earlier stay while a new join is pending. */
  #receiveExit(address: string, { isPending }: Room): void {
    if (!isPending) this.#rooms.delete(address);
  }

  /** Leaves a room that the join has created. Nobody is in it who could read a message. */
  #leaveNewRoom(address: string, room: Room): void {
    this.#connection.send([xml('presence', { to: `${address}/${this.#nicknameIn(room)}`, type: 'unavailable' })]);
    const message = 'There is no such room. Joining created one, which was left again.';
    this.#refuse(address, room, new PermanentError(message, { code: 'xmpp_recipient_unknown', recipientGone: true }));
  }

  #refuse(address: string, { reject }: Room, error: Error): void {
    this.#rooms.delete(address);
    reject(error);
  }
}
