import { roomsDomain } from './account.ts';
import { tag, write } from './element.ts';
import type { XmppStanzaError } from './faults.ts';
import type { BoundClient } from './host.ts';
import { ns } from './namespaces.ts';

/** Every room is there (XEP-0045), until it is removed. */
export class Rooms {
  /** By room, and within it by client. */
  readonly #nicknames = new Map<string, Map<BoundClient, string>>();
  readonly #removed = new Set<string>();

  isRoom(address: string): boolean {
    return address.endsWith(`@${roomsDomain}`);
  }

  has(room: string, client: BoundClient): boolean {
    return this.#nicknames.get(room)?.has(client) ?? false;
  }

  /** Returns the reason why this client may not speak there. */
  refusal(room: string, client: BoundClient): XmppStanzaError | undefined {
    if (this.#removed.has(room)) return { type: 'cancel', condition: 'item-not-found', text: 'There is no such room' };
    if (this.has(room, client)) return undefined;
    return { type: 'modify', condition: 'not-acceptable', text: 'Only occupants send messages to the room' };
  }

  /**
   * Makes the room when it is not there, and says so. Tells the client who is in, then that it is in, then the subject
   * (XEP-0045, 7.2). Tells the others who has come. Sessions with one name are one occupant.
   */
  enter(room: string, nickname: string, client: BoundClient): void {
    const inside = this.#nicknames.get(room) ?? new Map<BoundClient, string>();
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

  leave(room: string, client: BoundClient): void {
    const nickname = this.#nicknames.get(room)?.get(client);
    if (nickname === undefined) return;
    this.#nicknames.get(room)?.delete(client);
    client.write(presence(room, nickname, client, { type: 'unavailable' }, ['110']));
    this.#tellOthers(room, nickname, { type: 'unavailable' });
  }

  leaveAll(client: BoundClient): void {
    for (const room of this.#nicknames.keys()) this.leave(room, client);
  }

  kickAll(room: string): void {
    for (const [client, nickname] of this.#nicknames.get(room) ?? []) {
      client.write(presence(room, nickname, client, { type: 'unavailable' }, ['110', '307']));
    }
    this.#nicknames.delete(room);
  }

  remove(room: string): void {
    this.kickAll(room);
    this.#removed.add(room);
  }

  /** Tells everybody, unless another session is in by that name. */
  #tellOthers(room: string, nickname: string, attrs: { readonly type?: string }): void {
    const inside = this.#nicknames.get(room) ?? new Map<BoundClient, string>();
    if ([...inside.values()].includes(nickname)) return;
    for (const other of inside.keys()) other.write(presence(room, nickname, other, attrs, []));
  }

  /** Everybody in the room gets what is said there, also who says it. */
  say(room: string, client: BoundClient, message: Parameters<typeof write>[0]): void {
    const nickname = this.#nicknames.get(room)?.get(client);
    for (const [other] of this.#nicknames.get(room) ?? []) {
      other.write(write({ ...message, attrs: { ...message.attrs, from: `${room}/${nickname}`, to: other.jid } }, ns.client));
    }
  }
}

function presence(
  room: string,
  nickname: string,
  { jid }: BoundClient,
  attrs: { readonly type?: string },
  codes: readonly string[],
): string {
  const statuses = codes.map((code) => tag('status', { code })).join('');
  const role = attrs.type === undefined ? 'participant' : 'none';
  const item = tag('item', { affiliation: 'none', role });
  return tag('presence', { from: `${room}/${nickname}`, to: jid, ...attrs }, tag('x', { xmlns: ns.mucUser }, item + statuses));
}
