import { type Redactor, redactor as redactorFor, type SendContext, type Session } from '@sitemessage/core';
import { coded } from './coded.ts';
import { Connection } from './connection.ts';
import { connectionError } from './errors.ts';
import { composeMessage } from './message.ts';
import type { Settings } from './options.ts';
import { Outbox } from './outbox.ts';
import { Rooms } from './rooms.ts';

/** One connection, over which several messages are on their way at the same time. */
export async function openSession(settings: Settings, { signal }: SendContext): Promise<Session> {
  const redactor = createRedactor(settings);
  const connection = await open(settings, signal, redactor);
  const { user, domain } = settings;
  const outbox = new Outbox(connection, domain, redactor);
  const rooms = new Rooms(connection, user, domain, redactor);
  connection.onStanza = (stanza) => {
    outbox.meet(stanza);
    rooms.meet(stanza);
  };
  connection.onEnd = (reason) => {
    outbox.end(reason);
    rooms.end(reason);
  };

  return {
    async send(delivery, { signal }) {
      const message = composeMessage(delivery);
      if (message.isToRoom) await rooms.enter(message.to, signal);
      try {
        await outbox.post(message, signal);
      } catch (error) {
        if ((error as { readonly code?: unknown }).code === 'xmpp_room_left') rooms.leave(message.to);
        throw error;
      }
      return {};
    },
    close() {
      outbox.flush();
      return connection.close();
    },
  };
}

/** A server that says nothing is not waited for any longer than a message may take. */
async function open(settings: Settings, signal: AbortSignal, redactor: Redactor): Promise<Connection> {
  const opening = new AbortController();
  const stop = (): void => opening.abort(coded('EABORT', 'stopped'));
  const late = setTimeout(() => opening.abort(new Error(`it did not let us in within ${settings.timeoutMs} ms`)), settings.timeoutMs);
  signal.addEventListener('abort', stop);
  try {
    return await Connection.open(settings, opening.signal);
  } catch (error) {
    throw connectionError(error, redactor);
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', stop);
  }
}

/** As they travel: alone, and as PLAIN has them. */
function createRedactor({ user, password, proxy }: Settings): Redactor {
  const plain = Buffer.from(`\0${user}\0${password}`).toString('base64');
  return redactorFor([password, plain, proxy && decodeURIComponent(proxy.password)]);
}
