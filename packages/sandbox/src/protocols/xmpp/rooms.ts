import { type Element, tag, write } from './element.ts';
import type { XmppStanzaError } from './faults.ts';
import { ns, roomsDomain } from './names.ts';

/** A client that can be in rooms. */
export interface Occupant {
  /** The full JID. */
  readonly jid: string;
  /** Sends markup. */
  write(markup: string): void;
}

/** The rooms of the server (XEP-0045). Every room exists until it is removed. */
export class Rooms {
  /** The nicknames by room and client. */
  readonly #nicknames = new Map<string, Map<Occupant, string>>();
  readonly #removed = new Set<string>();

  isRoom(address: string): boolean {
    return address.endsWith(`@${roomsDomain}`);
  }

  has(room: string, client: Occupant): boolean {
    return this.#nicknames.get(room)?.has(client) ?? false;
  }

  /** Returns the error for a message to a room that this client must not write to. */
  refusal(room: string, client: Occupant): XmppStanzaError | undefined {
    if (this.#removed.has(room)) return { type: 'cancel', condition: 'item-not-found', text: 'There is no such room' };
    if (this.has(room, client)) return undefined;
    return { type: 'modify', condition: 'not-acceptable', text: 'Only occupants send messages to the room' };
  }

  /**
   * Lets a client enter. Creates a removed room, and says so. Sends the client the other occupants, its own
   * presence and the subject, in this order (XEP-0045, 7.2). Tells the others. Sessions with the same
   * nickname are one occupant.
   */
  enter(room: string, nickname: string, client: Occupant): void {
    const inside = this.#nicknames.get(room) ?? new Map<Occupant, string>();
    this.#nicknames.set(room, inside);
    if (!inside.has(client)) {
      for (const other of new Set(inside.values())) if (other !== nickname) client.write(presence(room, other, client, {}, []));
      this.#tellOthers(room, nickname, {});
    }
    inside.set(client, nickname);
    const codes = this.#removed.delete(room) ? ['110', '201'] : ['110'];
    client.write(presence(room, nickname, client, {}, codes));
    client.write(tag('message', { from: room, to: client.jid, type: 'groupchat' }, tag('subject', {})));
  }

  leave(room: string, client: Occupant): void {
    const nickname = this.#nicknames.get(room)?.get(client);
    if (nickname === undefined) return;
    this.#nicknames.get(room)?.delete(client);
    client.write(presence(room, nickname, client, { type: 'unavailable' }, ['110']));
    this.#tellOthers(room, nickname, { type: 'unavailable' });
  }

  leaveAll(client: Occupant): void {
    for (const room of this.#nicknames.keys()) this.leave(room, client);
  }

  /** Removes all occupants. */
  kickAll(room: string): void {
    for (const [client, nickname] of this.#nicknames.get(room) ?? []) {
      client.write(presence(room, nickname, client, { type: 'unavailable' }, ['110', '307']));
    }
    this.#nicknames.delete(room);
  }

  /** Removes all occupants and the room. */
  remove(room: string): void {
    this.kickAll(room);
    this.#removed.add(room);
  }

  /** Tells all occupants, unless another session has the same nickname. */
  #tellOthers(room: string, nickname: string, attrs: { readonly type?: string }): void {
    const inside = this.#nicknames.get(room) ?? new Map<Occupant, string>();
    if ([...inside.values()].includes(nickname)) return;
    for (const other of inside.keys()) other.write(presence(room, nickname, other, attrs, []));
  }

  /** Sends a message to all occupants, the sender included. */
  say(room: string, client: Occupant, message: Element): void {
    const nickname = this.#nicknames.get(room)?.get(client);
    for (const [other] of this.#nicknames.get(room) ?? []) {
      other.write(write({ ...message, attrs: { ...message.attrs, from: `${room}/${nickname}`, to: other.jid } }, ns.client));
    }
  }
}

function presence(room: string, nickname: string, { jid }: Occupant, attrs: { readonly type?: string }, codes: readonly string[]): string {
  const statuses = codes.map((code) => tag('status', { code })).join('');
  const role = attrs.type === undefined ? 'participant' : 'none';
  const item = tag('item', { affiliation: 'none', role });
  return tag('presence', { from: `${room}/${nickname}`, to: jid, ...attrs }, tag('x', { xmlns: ns.mucUser }, item + statuses));
}
