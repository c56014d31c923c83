import { errorKind, type Redactor, redactor as redactorFor, type SendContext, type Session } from '@sitemessage/core';
import { Channel } from './channel.ts';
import { composeMessage } from './message.ts';
import type { Settings } from './options.ts';
import { Quarantine, type Suspects } from './quarantine.ts';

/**
 * Opens a session with one connection. Suspects are sent over a second one.
 *
 * @throws SitemessageError that says why it could not be opened.
 */
export async function openSession(settings: Settings, suspects: Suspects, { signal }: SendContext): Promise<Session> {
  const redactor = createRedactor(settings);
  const main = await Channel.open(settings, signal, redactor, false);
  const quarantine = new Quarantine(settings, redactor);

  return {
    async send(delivery, { signal }) {
      const message = composeMessage(delivery);
      main.assertOpen();
      try {
        await (suspects.has(message.id) ? quarantine : main).send(message, signal);
        suspects.delete(message.id);
      } catch (error) {
        // The join of a room may have ended the connection too.
        if (errorKind(error) === 'unknown' || (message.isToRoom && main.hasEnded)) suspects.add(message.id);
        throw error;
      }
      return {};
    },
    async close() {
      await Promise.all([main.close(), quarantine.close()]);
    },
  };
}

/** Makes a redactor for the passwords in the forms in which they are sent: alone, and in PLAIN. */
function createRedactor({ user, password, proxy }: Settings): Redactor {
  const plain = Buffer.from(`\0${user}\0${password}`).toString('base64');
  return redactorFor([password, plain, proxy && decodeURIComponent(proxy.password)]);
}
