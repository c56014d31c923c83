import type { Redactor } from '@sitemessage/core';
import { coded } from './coded.ts';
import { Connection } from './connection.ts';
import { lostError } from './errors.ts';
import type { Message } from './message.ts';
import { openingError } from './opening-error.ts';
import type { Settings } from './options.ts';
import { Origin } from './origin.ts';
import { Outbox } from './outbox.ts';
import { Pings } from './pings.ts';
import { Rooms } from './rooms.ts';
import type { Stage } from './stage.ts';

/** So much earlier than core, whose timer knows nothing of stages; a tenth of the time at most. */
const earlierMs = 500;

/** One connection, over which several messages are on their way at the same time. */
export class Channel {
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #rooms: Rooms;
  readonly #redactor: Redactor;

  /**
   * A server that says nothing is not waited for any longer than a message may take. `isTrial`: what is sent is suspected of having ended a
   * connection before.
   */
  static async open(settings: Settings, signal: AbortSignal, redactor: Redactor, isTrial: boolean): Promise<Channel> {
    const opening = new AbortController();
    let stage: Stage = 'TCP';
    const onStage = (next: Stage): void => {
      stage = next;
    };
    const stop = (): void => opening.abort(coded('EABORT', `Opening a session was stopped; it came as far as this: ${stage}.`));
    const patienceMs = Math.ceil(settings.timeoutMs - Math.min(earlierMs, settings.timeoutMs / 10));
    const late = setTimeout(() => {
      opening.abort(coded('ELATE', `Opening a session took more than ${patienceMs} ms, and came as far as this: ${stage}.`));
    }, patienceMs);
    signal.addEventListener('abort', stop);
    try {
      if (signal.aborted) stop();
      return new Channel(await Connection.open(settings, opening.signal, onStage), settings, redactor, isTrial);
    } catch (error) {
      throw openingError(error, stage, redactor);
    } finally {
      clearTimeout(late);
      signal.removeEventListener('abort', stop);
    }
  }

  private constructor(connection: Connection, { user, domain }: Settings, redactor: Redactor, isTrial: boolean) {
    const origin = new Origin(domain, connection.jid);
    const pings = new Pings(domain, origin);
    const outbox = new Outbox(connection, pings, origin, domain, redactor);
    const rooms = new Rooms(connection, pings, user, domain, redactor);
    connection.onStanza = (stanza) => {
      pings.meet(stanza);
      outbox.meet(stanza, rooms.isOurs(stanza));
      rooms.meet(stanza);
    };
    connection.onEnd = (reason) => {
      outbox.end(reason, isTrial && !rooms.isKnocking);
      rooms.end(reason);
    };
    this.#connection = connection;
    this.#outbox = outbox;
    this.#rooms = rooms;
    this.#redactor = redactor;
  }

  get hasEnded(): boolean {
    return this.#connection.ended !== undefined;
  }

  /** @throws what has ended it. */
  assertOpen(): void {
    if (this.#connection.ended) throw lostError(this.#connection.ended, this.#redactor);
  }

  /** Resolves when it is sent. */
  async send(message: Message, signal: AbortSignal): Promise<void> {
    if (message.isToRoom) await this.#rooms.enter(message.to, signal);
    try {
      await this.#outbox.post(message, signal);
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'xmpp_room_left') this.#rooms.leave(message.to);
      throw error;
    }
  }

  /** What is to be sent is sent before. */
  close(): Promise<void> {
    this.#outbox.flush();
    return this.#connection.close();
  }
}
