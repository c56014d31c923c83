import type { Redactor } from '@sitemessage/core';
import { Pings } from './acknowledgements.ts';
import { SenderCheck } from './address.ts';
import type { Stage } from './connect.ts';
import { Connection } from './connection.ts';
import { lostError } from './errors.ts';
import { coded } from './faults.ts';
import type { Message } from './message.ts';
import { openingError } from './opening-error.ts';
import type { Settings } from './options.ts';
import { Outbox } from './outbox.ts';
import { Rooms } from './rooms.ts';

/**
 * How much earlier opening times out than in core, in milliseconds. Core's error does not know the stage. It
 * is a tenth of the time at most.
 */
const earlierMs = 500;

/** One connection, with several messages in flight. */
export class Channel {
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #rooms: Rooms;
  readonly #redactor: Redactor;

  /**
   * Opens a connection, in a little less than `timeoutMs` at most. `isQuarantined`: its messages are
   * suspected of having ended a connection before.
   *
   * @throws SitemessageError that names the stage.
   */
  static async open(settings: Settings, signal: AbortSignal, redactor: Redactor, isQuarantined: boolean): Promise<Channel> {
    const opening = new AbortController();
    let stage: Stage = 'TCP';
    const onStage = (next: Stage): void => {
      stage = next;
    };
    const stop = (): void => opening.abort(coded('EABORT', `Opening a session was stopped at this stage: ${stage}.`));
    const timeoutMs = Math.ceil(settings.timeoutMs - Math.min(earlierMs, settings.timeoutMs / 10));
    const timer = setTimeout(() => {
      opening.abort(coded('ELATE', `Opening a session took more than ${timeoutMs} ms. It got to this stage: ${stage}.`));
    }, timeoutMs);
    signal.addEventListener('abort', stop);
    try {
      if (signal.aborted) stop();
      return new Channel(await Connection.open(settings, opening.signal, onStage), settings, redactor, isQuarantined);
    } catch (error) {
      throw openingError(error, stage, redactor);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }

  private constructor(connection: Connection, { user, domain }: Settings, redactor: Redactor, isQuarantined: boolean) {
    const senders = new SenderCheck(domain, connection.jid);
    const pings = new Pings(domain, senders);
    const outbox = new Outbox(connection, pings, senders, domain, redactor);
    const rooms = new Rooms(connection, pings, user, domain, redactor);
    connection.onStanza = (stanza) => {
      pings.receive(stanza);
      outbox.receive(stanza, rooms.isOurs(stanza));
      rooms.receive(stanza);
    };
    connection.onEnd = (reason) => {
      outbox.end(reason, isQuarantined && !rooms.isJoining);
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

  /** @throws SitemessageError with the reason when it has ended. */
  assertOpen(): void {
    if (this.#connection.ended) throw lostError(this.#connection.ended, this.#redactor);
  }

  /** Resolves when the message is sent. */
  async send(message: Message, signal: AbortSignal): Promise<void> {
    if (message.isToRoom) await this.#rooms.join(message.to, signal);
    try {
      await this.#outbox.send(message, signal);
    } catch (error) {
      if ((error as { readonly code?: unknown }).code === 'xmpp_room_left') this.#rooms.leave(message.to);
      throw error;
    }
  }

  /** Writes the messages that wait, then closes. */
  close(): Promise<void> {
    this.#outbox.flush();
    return this.#connection.close();
  }
}
